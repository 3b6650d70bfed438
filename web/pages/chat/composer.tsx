import { useState } from 'react';
import { useLocation, useSearchParams } from 'wouter';
import { useWords } from '../../base/words.ts';
import { Button } from '../../parts/button.tsx';
import { inputClass } from '../../parts/field.tsx';
import type { TalkState } from './use-talk.ts';
import styles from './chat.module.css';
import { words } from './words.ts';

const longest = 4000;
const draftOf = (id: string): string => `vx11.draft.${id}`;

/** Where a message is written. A draft survives a session that ends, and a reload. */
export function Composer({ id, talk }: { id: string; talk: TalkState }) {
  const t = useWords(words);
  const [, go] = useLocation();
  const [search, setSearch] = useSearchParams();
  const [text, setText] = useState(
    () => search.get('say') ?? sessionStorage.getItem(draftOf(id)) ?? '',
  );
  const [dry, setDry] = useState(false);
  const write = (next: string): void => {
    setText(next);
    if (next === '') sessionStorage.removeItem(draftOf(id));
    else sessionStorage.setItem(draftOf(id), next);
  };
  const send = async (): Promise<void> => {
    const message = text.trim();
    if (message === '' || talk.busy) return;
    write('');
    if (search.has('say')) setSearch({}, { replace: true });
    const sent = await talk.say(message, dry);
    if (sent) go(`/chat/${encodeURIComponent(id)}`, { replace: true });
    else write(message);
  };
  return (
    <form
      className={styles['composer']}
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <textarea
        className={inputClass}
        rows={2}
        maxLength={longest}
        aria-label={t.say}
        placeholder={t.hint}
        value={text}
        onChange={({ target }) => write(target.value)}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return;
          event.preventDefault();
          if (!event.repeat) void send();
        }}
      />
      <div className={styles['under']}>
        <label className={styles['dry']}>
          <input type="checkbox" checked={dry} onChange={() => setDry(!dry)} /> {t.dry}
        </label>
        <Button type="submit" weight="primary" busy={talk.busy && t.sending}>
          {t.send}
        </Button>
      </div>
    </form>
  );
}
