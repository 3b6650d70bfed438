import { useEffect, useRef } from 'react';
import { useWords } from '../base/words.ts';
import { useNow } from '../live/clock.ts';
import { useStatus } from '../live/queries.ts';
import { useMe } from '../live/session.ts';
import { speak } from '../parts/announce.tsx';
import { nameOf } from '../things/window-acts.tsx';

const words = {
  soon: [
    (name: string, minutes: number) => `${name} ends in ${minutes} min`,
    (name: string, minutes: number) => `${name} termina en ${minutes} min`,
  ],
  ended: [(name: string) => `${name} has ended`, (name: string) => `${name} ha terminado`],
} as const;

/** The minutes before the end at which it is said. */
const minutes = [5, 1];

/**
 * Says when a window of mine is about to end, and when it has. On every page, so that each has the status, and with it the
 * server's time; apart from the frame, which then need not follow each change of it.
 */
export function Reminders(): null {
  const t = useWords(words);
  const me = useMe();
  const now = useNow();
  const { data } = useStatus();
  const said = useRef(new Set<string>());
  const mine = useRef(new Map<string, string>());
  useEffect(() => {
    if (data === undefined || me === null) return;
    const live = new Map(
      data.windows
        .filter(({ owner, state }) => owner === me.name && state !== 'queued')
        .map((window) => [window.window_id, nameOf(window)]),
    );
    for (const [id, name] of mine.current) if (!live.has(id)) speak(t.ended(name));
    mine.current = live;
  }, [data, me, t]);
  useEffect(() => {
    if (data === undefined || me === null || now === null) return;
    for (const window of data.windows) {
      if (window.owner !== me.name || window.expires_at === null || window.state !== 'open')
        continue;
      const left = Date.parse(window.expires_at) - now;
      const due = minutes.findLast((limit) => left <= limit * 60_000 && left > 0);
      if (due === undefined) continue;
      const key = `${window.window_id} ${window.expires_at} ${due}`;
      if (said.current.has(key)) continue;
      said.current.add(key);
      speak(t.soon(nameOf(window), due));
    }
  }, [data, me, now, t]);
  return null;
}
