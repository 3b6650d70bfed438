import { useState } from 'react';
import { cutText, markedText, segments } from '../base/marks.ts';
import { shortId } from '../base/format.ts';
import { useWords } from '../base/words.ts';
import { copyText } from './copy.ts';
import { Unseen } from './unseen.tsx';
import styles from './said.module.css';

const words = {
  more: [
    (n: number) => `+${n.toLocaleString('en')} characters`,
    (n: number) => `+${n.toLocaleString('es')} caracteres`,
  ],
  copy: [(what: string) => `Copy ${what}`, (what: string) => `Copiar ${what}`],
  copied: ['copied', 'copiado'],
} as const;

const mostShown = 2000;

/** Text from people, programs or the outside: shown as text, with every character that could deceive made visible. */
export function Said({ children, english = false }: { children: string; english?: boolean }) {
  const t = useWords(words);
  const { text, cut } = cutText(children, mostShown);
  return (
    <bdi {...(english && { lang: 'en' })}>
      {segments(text).map((part, index) =>
        'text' in part ? (
          part.text
        ) : (
          // oxlint-disable-next-line react/no-array-index-key -- the parts of one text have no other identity
          <span key={index} className={styles['hidden']}>
            {part.mark}
          </span>
        ),
      )}
      {cut > 0 && <span className={styles['cut']}> … {t.more(cut)}</span>}
    </bdi>
  );
}

/** A reason in its own quotes. */
export const Quoted = ({ children }: { children: string }) => (
  <q className={styles['quoted']}>
    <Said>{children}</Said>
  </q>
);

/** An id or a hash: shortened, in full in its title, and copied with one click. */
export function Id({ children, what = 'id' }: { children: string; what?: string }) {
  const t = useWords(words);
  const [copied, setCopied] = useState(false);
  return (
    <button
      type="button"
      className={styles['id']}
      title={markedText(children)}
      onClick={() => {
        void copyText(children).then((done) => {
          setCopied(done);
          setTimeout(() => setCopied(false), 1500);
        });
      }}
    >
      <code>{copied ? t.copied : markedText(shortId(children))}</code>
      <Unseen>, {t.copy(what)}</Unseen>
    </button>
  );
}

/** Names: the first three, then how many more. */
export function Names({ children }: { children: readonly string[] }) {
  const shown = children.slice(0, 3);
  const rest = children.length - shown.length;
  return (
    <span title={rest > 0 ? markedText(children.join(', ')) : undefined}>
      <Said>{shown.join(', ')}</Said>
      {rest > 0 && <span className={styles['cut']}> +{rest}</span>}
    </span>
  );
}
