import { markedText } from '../base/marks.ts';
import styles from './meter.module.css';

/** How much of a limit is reserved, and how much is really used, as a bar with a sentence beside it. */
export function Meter({
  name,
  reserved,
  seen,
  limit,
  text,
}: {
  name: string;
  reserved: number;
  seen?: number | null;
  limit: number | null;
  text: string;
}) {
  const most = limit ?? Math.max(reserved, seen ?? 0, 1);
  const part = (value: number): number => Math.min(100, (100 * value) / most);
  const full = limit !== null && reserved / limit > 0.9;
  return (
    <div className={styles['meter']}>
      <span className={styles['name']}>{markedText(name)}</span>
      <svg
        className={styles['bar']}
        viewBox="0 0 100 8"
        preserveAspectRatio="none"
        role="img"
        aria-label={`${name}: ${text}`}
      >
        <rect className={styles['ground']} width="100" height="8" />
        <rect
          className={full ? styles['full'] : styles['reserved']}
          width={part(reserved)}
          height="8"
        />
        {seen !== undefined && seen !== null && (
          <rect className={styles['seen']} x={part(seen) - 0.5} width="1.2" height="8" />
        )}
      </svg>
      <span>{text}</span>
    </div>
  );
}
