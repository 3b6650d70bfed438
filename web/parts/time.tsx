import { clockTime, fullTime, shortTime } from '../base/format.ts';
import { coarse, countdown } from '../base/durations.ts';
import { usePreferences } from '../base/preferences.ts';
import { useWords } from '../base/words.ts';
import { useNow } from '../live/clock.ts';
import { useFresh } from '../live/live.ts';
import styles from './time.module.css';

const words = {
  left: [(time: string) => `${time} left`, (time: string) => `quedan ${time}`],
  until: [(time: string) => `until ${time}`, (time: string) => `hasta ${time}`],
  past: [
    (time: string) => `past its time by ${time}, ending`,
    (time: string) => `pasada de hora por ${time}, terminando`,
  ],
  guard: ['madre is away; the guard ends it', 'madre no responde; el guardián la termina'],
  ago: [(time: string) => `${time} ago`, (time: string) => `hace ${time}`],
} as const;

/** An instant as a clock time; date and zone are in its title. */
export function Time({ at, seconds = true }: { at: string | number; seconds?: boolean }) {
  const { clock, language } = usePreferences();
  const now = useNow();
  const ms = typeof at === 'number' ? at : Date.parse(at);
  const text = now === null ? clockTime(ms, clock) : shortTime(ms, now, clock, language);
  return (
    <time dateTime={new Date(ms).toISOString()} title={fullTime(ms, clock, language)}>
      {seconds || text.includes(',') ? text : text.slice(0, 5)}
    </time>
  );
}

/** How long ago something was, in words; its instant is in the title. */
export function Ago({ at }: { at: string }) {
  const t = useWords(words);
  const { clock, language } = usePreferences();
  const now = useNow();
  const ms = Date.parse(at);
  return (
    <time dateTime={at} title={fullTime(ms, clock, language)}>
      {now === null ? clockTime(ms, clock) : t.ago(coarse(now - ms))}
    </time>
  );
}

/**
 * The time left until an end, and the clock time of that end. It never goes below zero: an end that is past and not proved
 * says so.
 */
export function TimeLeft({ until, madre }: { until: string; madre: boolean }) {
  const t = useWords(words);
  const now = useNow();
  const fresh = useFresh();
  const { clock } = usePreferences();
  const left = now === null ? null : Date.parse(until) - now;
  const end = <span className={styles['end']}>{t.until(clockTime(Date.parse(until), clock))}</span>;
  if (left !== null && left < 0) {
    return (
      <span className={`${styles['left']} ${styles['past']}`}>
        {madre ? t.past(countdown(-left)) : t.guard}
      </span>
    );
  }
  const near = fresh && left !== null && left < 60_000;
  return (
    <span className={styles['left']}>
      <span role="timer" aria-live="off" className={near ? styles['near'] : styles['time']}>
        {left === null ? '…' : t.left(countdown(left))}
      </span>{' '}
      {end}
    </span>
  );
}

/** A plain countdown, for short deadlines. */
export function Remaining({ until }: { until: string }) {
  const now = useNow();
  const left = now === null ? '…' : countdown(Date.parse(until) - now);
  return (
    <span role="timer" aria-live="off">
      {left}
    </span>
  );
}
