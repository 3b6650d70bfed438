import { useEffect, useState } from 'react';
import { createCell, useCell } from '../base/cell.ts';
import { Said } from './said.tsx';
import { Unseen } from './unseen.tsx';
import styles from './announce.module.css';

/** What became of an act, shown for a while and read out by screen readers. */
interface Outcome {
  text: string;
  tone: 'good' | 'warn' | 'bad';
  at: number;
}

const outcome = createCell<Outcome | null>(null);
const spoken = createCell('');

/** Time between two announcements, and how long an outcome stays in view. */
const quietMs = 5000;
const shownMs = 6000;

let queue: string[] = [];
let timer: ReturnType<typeof setTimeout> | undefined;

function speakNext(): void {
  const next = queue.shift();
  timer = undefined;
  if (next === undefined) return;
  spoken.set(next);
  timer = setTimeout(speakNext, quietMs);
}

/** Has screen readers read a text out, politely: at most one in 5 s; of several that wait, the last three. */
export function speak(text: string): void {
  queue = [...queue.filter((one) => one !== text), text].slice(-3);
  timer ??= setTimeout(speakNext, 100);
}

/** Says what became of an act. */
export function announce(text: string, tone: Outcome['tone'] = 'good'): void {
  outcome.set({ text, tone, at: performance.now() });
  speak(text);
}

/** The one polite live region of the page, and the last outcome. */
export function Announcer() {
  const text = useCell(spoken);
  const last = useCell(outcome);
  const [seen, setSeen] = useState<Outcome | null>(null);
  useEffect(() => {
    if (last === null) return undefined;
    setSeen(last);
    const end = setTimeout(() => setSeen(null), shownMs);
    return () => clearTimeout(end);
  }, [last]);
  return (
    <>
      <div aria-live="polite" aria-atomic="true">
        <Unseen>{text}</Unseen>
      </div>
      {seen !== null && (
        <div className={`${styles['outcome']} ${styles[seen.tone]}`} aria-hidden="true">
          <Said>{seen.text}</Said>
        </div>
      )}
    </>
  );
}
