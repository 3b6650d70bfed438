/** What became of one try. */
export type TryOutcome =
  | { ok: true }
  | {
      ok: false;
      reason: string;
      /** No retry can help. */
      final: boolean;
      /** How long the receiver wants to be left alone; null if it said nothing. */
      retry_after_ms: number | null;
    };

export type NextStep =
  | { step: 'sent' }
  | { step: 'dead'; reason: string }
  | { step: 'retry'; at: number; counts: boolean; reason: string };

const pauses = [5, 30, 120, 600, 3600, 21_600].map((seconds) => seconds * 1000);
/** A receiver that names a longer wait is asked again after this. */
const longestWaitMs = 21_600_000;
const shortestWaitMs = 1000;
/** A message that a receiver only ever puts off is given up at this age. */
const longestAgeMs = 86_400_000;

/**
 * What follows a try. A wait that the receiver names wins over ours, and costs no attempt: it is no failure.
 * @param attempts those before this one that failed
 * @param random 0 to 1, so that many channels do not try at the same moment
 */
export function nextStep(
  outcome: TryOutcome,
  {
    attempts,
    ageMs,
    now,
    random,
  }: { attempts: number; ageMs: number; now: number; random: number },
): NextStep {
  if (outcome.ok) return { step: 'sent' };
  const { reason, final, retry_after_ms } = outcome;
  if (final) return { step: 'dead', reason };
  if (retry_after_ms !== null) {
    if (ageMs >= longestAgeMs) return { step: 'dead', reason: `put off for a day: ${reason}` };
    const wait = Math.min(longestWaitMs, Math.max(shortestWaitMs, retry_after_ms));
    return { step: 'retry', at: now + Math.ceil(wait * (1 + random / 10)), counts: false, reason };
  }
  const pause = pauses[attempts];
  if (pause === undefined)
    return { step: 'dead', reason: `${attempts + 1} tries failed: ${reason}` };
  const at = now + Math.round(pause * (0.8 + 0.4 * random));
  return { step: 'retry', at, counts: true, reason };
}

/** Statuses below 500 that a retry may change. */
const passing: ReadonlySet<number> = new Set([408, 425, 429]);

/** Reads a receiver's answer. @param body its first characters, which may say how long to wait (Discord) */
export function outcomeOfAnswer(
  status: number,
  retryAfter: string | undefined,
  body: string,
  now: number,
): TryOutcome {
  if (status >= 200 && status < 300) return { ok: true };
  const isPassing = passing.has(status) || status >= 500;
  const retry_after_ms = isPassing ? (headerMs(retryAfter, now) ?? bodyMs(status, body)) : null;
  const reason = `the receiver answered ${status}${status >= 300 && status < 400 ? ', a redirect, which is not followed' : ''}`;
  return { ok: false, reason, final: !isPassing, retry_after_ms };
}

/** `Retry-After` in seconds or as a date (RFC 9110). */
function headerMs(text: string | undefined, now: number): number | null {
  if (text === undefined) return null;
  if (/^\d+(\.\d+)?$/.test(text.trim())) return Number(text) * 1000;
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now);
}

/** Discord also says it in the body, in seconds; a figure that can only be milliseconds is taken as such. */
function bodyMs(status: number, body: string): number | null {
  if (status !== 429) return null;
  const found = /"retry_after"\s*:\s*(\d+(?:\.\d+)?)/.exec(body)?.[1];
  if (found === undefined) return null;
  const value = Number(found);
  return value >= 1000 && Number.isInteger(value) ? value : value * 1000;
}
