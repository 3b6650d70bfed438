import { useState } from 'react';
import { markedText } from '../../base/marks.ts';
import { useWords } from '../../base/words.ts';
import { Button } from '../button.tsx';
import { Said } from '../said.tsx';
import { Unseen } from '../unseen.tsx';
import type { DiffFile, DiffLine } from './parse.ts';
import styles from './diff.module.css';
import { words } from './words.ts';

/** A longer diff is drawn on request. */
const firstLines = 200;
const signs = { same: ' ', added: '+', removed: '-', note: '' } as const;

/** The changes of one file; long ones are shown on request. */
export function OneFile({ file }: { file: DiffFile }) {
  const t = useWords(words);
  const [whole, setWhole] = useState(false);
  const { path, added, removed, fate, modes, hunks } = file;
  const count = hunks.flat().length;
  const cut = whole ? hunks : firstOf(hunks, firstLines);
  return (
    <section className={styles['file']} aria-label={t.change(markedText(path))}>
      <header className={styles['head']}>
        <strong>
          <Said>{path}</Said>
        </strong>
        {fate !== 'changed' && <span>{fate === 'created' ? t.created : t.gone}</span>}
        {modes !== null && <span>{t.mode(...modes)}</span>}
        {count > 0 && (
          <span className={styles['counts']}>
            <Unseen>{t.counts(added, removed)}</Unseen>
            <span aria-hidden="true">
              <span className={styles['plus']}>+{added}</span>{' '}
              <span className={styles['minus']}>−{removed}</span>
            </span>
          </span>
        )}
      </header>
      {cut.map((lines, nth) => (
        // oxlint-disable-next-line react/no-array-index-key -- the parts of one diff have no other identity
        <ol key={nth} className={styles['hunk']}>
          {lines.map((line, at) => (
            // oxlint-disable-next-line react/no-array-index-key
            <Line key={at} line={line} />
          ))}
        </ol>
      ))}
      {cut !== hunks && count > firstLines && (
        <Button onPress={() => setWhole(true)}>{t.all(count)}</Button>
      )}
    </section>
  );
}

function Line({ line: { kind, before, after, text } }: { line: DiffLine }) {
  const t = useWords(words);
  return (
    <li className={`${styles['line']} ${styles[kind]}`}>
      <span className={styles['number']} aria-hidden="true">
        {after ?? before ?? ''}
      </span>
      <span className={styles['sign']} aria-hidden="true">
        {signs[kind]}
      </span>
      <span className={styles['text']}>
        {(kind === 'added' || kind === 'removed') && <Unseen>{t[kind]}: </Unseen>}
        <Said>{text}</Said>
      </span>
    </li>
  );
}

/** The first lines of all hunks together. */
function firstOf(hunks: DiffLine[][], most: number): DiffLine[][] {
  let left = most;
  return hunks.flatMap((lines) => {
    const shown = lines.slice(0, Math.max(0, left));
    left -= lines.length;
    return shown.length === 0 ? [] : [shown];
  });
}
