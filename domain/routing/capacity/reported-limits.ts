import { readDuration } from '../failure/read-duration.ts';

/** What is left of one limit of an account, as the provider reports it, and when it is whole again. */
export interface ReportedLimit {
  of: 'requests' | 'tokens';
  left: number;
  until_ms: number;
}

type Headers = Readonly<Record<string, string | undefined>>;

/** A reported reset may be wrong, so that it keeps nobody out for longer. */
const longest = 10 * 60_000;

/**
 * The limits that the headers of an answer tell, of good answers too: `x-ratelimit-remaining-requests` with
 * `x-ratelimit-reset-requests`, `anthropic-ratelimit-tokens-remaining` and the like, `ratelimit-remaining`. Limits without a
 * reset are left out. Names are in lower case.
 */
export function readLimits(headers: Headers, now: number): ReportedLimit[] {
  const found: ReportedLimit[] = [];
  for (const [name, value] of Object.entries(headers)) {
    if (!name.includes('ratelimit') || !name.includes('remaining')) continue;
    const left = Number(value);
    const reset = headers[name.replace('remaining', 'reset')];
    if (value === undefined || value.trim() === '' || !Number.isFinite(left) || reset === undefined)
      continue;
    const wait = readReset(reset, now);
    if (wait === null) continue;
    const of = name.includes('token') ? 'tokens' : 'requests';
    found.push({ of, left, until_ms: now + wait });
  }
  return found;
}

/** The limits of `readLimits`, believed for ten minutes at most. */
export const believedLimits = (headers: Headers, now: number): ReportedLimit[] =>
  readLimits(headers, now).map((limit) => ({
    ...limit,
    until_ms: Math.min(limit.until_ms, now + longest),
  }));

/** From here on a number is an instant, in seconds since 1970, and from there on in ms. */
const instants = { seconds: 1e9, ms: 1e12 };

/** Milliseconds until a reset that is a duration, seconds, an instant or a date; null if it is none of them. */
export function readReset(text: string, now: number): number | null {
  const duration = readDuration(text);
  if (duration !== null) return duration;
  if (/^\s*\d+(?:\.\d+)?\s*$/.test(text)) {
    const value = Number(text);
    if (value >= instants.ms) return Math.max(0, value - now);
    return value >= instants.seconds ? Math.max(0, value * 1000 - now) : value * 1000;
  }
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** When a request of so many tokens fits all of these limits: `now` or earlier if it does already. */
export function fitsFrom(limits: readonly ReportedLimit[], tokens: number): number {
  let from = 0;
  for (const { of, left, until_ms } of limits)
    if (left < (of === 'tokens' ? tokens : 1)) from = Math.max(from, until_ms);
  return from;
}

/** The limits after more was sent, or taken back, before the provider tells what is left. */
export const limitsAfter = (
  limits: readonly ReportedLimit[],
  sent: Record<ReportedLimit['of'], number>,
): ReportedLimit[] => limits.map((limit) => ({ ...limit, left: limit.left - sent[limit.of] }));
