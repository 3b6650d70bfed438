import { readLimits } from '../capacity/reported-limits.ts';
import { readDuration } from './read-duration.ts';

/** What an answer tells about limits: header names in lower case, and the fields of its body that name a wait. */
export interface LimitFacts {
  headers: Readonly<Record<string, string | undefined>>;
  retry_delay?: string | undefined;
  resets_in_seconds?: number | undefined;
}

/**
 * How long a provider says to wait, in milliseconds; null if it does not. In this order: `retry-after-ms`, `retry-after` as
 * seconds or date, the reset of a limit that has nothing left, the body.
 */
export function retryAfter({ headers, ...body }: LimitFacts, now: number): number | null {
  const exact = Number(headers['retry-after-ms'] ?? NaN);
  if (exact >= 0) return exact;
  const after = headers['retry-after'];
  const wait = after === undefined ? null : (secondsOf(after) ?? untilDate(after, now));
  if (wait !== null) return wait;
  return spentReset(headers, now) ?? bodyWait(body);
}

const secondsOf = (text: string): number | null =>
  /^\s*\d+(?:\.\d+)?\s*$/.test(text) ? Number(text) * 1000 : null;

function untilDate(text: string, now: number): number | null {
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** The longest reset of the limits that have nothing left. */
function spentReset(headers: LimitFacts['headers'], now: number): number | null {
  const waits = readLimits(headers, now)
    .filter(({ left }) => left <= 0)
    .map(({ until_ms }) => until_ms - now);
  return waits.length === 0 ? null : Math.max(...waits);
}

const bodyWait = ({ retry_delay, resets_in_seconds }: Omit<LimitFacts, 'headers'>): number | null =>
  (retry_delay === undefined ? null : readDuration(retry_delay)) ??
  (resets_in_seconds === undefined ? null : resets_in_seconds * 1000);
