/** What an answer tells about limits: header names in lower case, and the fields of its body that name a wait. */
export interface LimitFacts {
  headers: Readonly<Record<string, string | undefined>>;
  retry_delay?: string | undefined;
  resets_in_seconds?: number | undefined;
}

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Milliseconds of `1m30s`, `6ms`, `37.5s`; null if it is no duration. */
export function readDuration(text: string): number | null {
  const trimmed = text.trim();
  if (!/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/.test(trimmed)) return null;
  let sum = 0;
  for (const [, amount, unit] of trimmed.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g))
    sum += Number(amount) * units[unit!]!;
  return sum;
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

/** `x-ratelimit-remaining-requests: 0` with `x-ratelimit-reset-requests`, and Anthropic's names for the same. */
function spentReset(headers: LimitFacts['headers'], now: number): number | null {
  let longest: number | null = null;
  for (const [name, left] of Object.entries(headers)) {
    if (!/ratelimit/.test(name) || !name.includes('remaining') || Number(left) > 0) continue;
    const reset = headers[name.replace('remaining', 'reset')];
    if (reset === undefined) continue;
    const wait = readDuration(reset) ?? secondsOf(reset) ?? untilDate(reset, now);
    if (wait !== null) longest = Math.max(longest ?? 0, wait);
  }
  return longest;
}

const bodyWait = ({ retry_delay, resets_in_seconds }: Omit<LimitFacts, 'headers'>): number | null =>
  (retry_delay === undefined ? null : readDuration(retry_delay)) ??
  (resets_in_seconds === undefined ? null : resets_in_seconds * 1000);
