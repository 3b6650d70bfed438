import type { RoutingBlock } from '../../../contracts/routing.ts';

/** Whether a model answers at all. Absolute times, so that it survives a restart. */
export interface Breaker {
  phase: 'closed' | 'open' | 'closing';
  /** Failures one after the other, and the last results within 30 s, oldest first. */
  in_row: number;
  recent: readonly { at_ms: number; ok: boolean }[];
  /** How often it opened since it last closed. */
  opened: number;
  open_until_ms: number;
  probing_until_ms: number | null;
  /** Successes since it began to close. */
  successes: number;
}

const opening = { inRow: 3, withinMs: 30_000, least: 8, share: 0.5 };
const openFor = { first: 30_000, most: 10 * 60_000 };
const probeTimeout = 60_000;
/** Share of the traffic while it closes, by successes. */
const ramp = [
  { from: 1, share: 0.1 },
  { from: 4, share: 0.5 },
  { from: 9, share: 1 },
];
/** From this many models on it is the provider that is down. */
const modelsOfProvider = 3;
/** Results that are kept: enough to judge, and bounded under any load. */
const mostRecent = 64;

export const closedBreaker: Breaker = {
  phase: 'closed',
  in_row: 0,
  recent: [],
  opened: 0,
  open_until_ms: 0,
  probing_until_ms: null,
  successes: 0,
};

/**
 * The breaker after one more result. It opens after 3 failures in a row, or after more than half of at least 8 within 30 s,
 * for 30 s × 2ⁿ up to 10 minutes; then one probe decides, and traffic comes back in steps. Results of requests that were
 * under way when it opened change nothing.
 */
export function breakerAfter(breaker: Breaker, ok: boolean, now: number): Breaker {
  if (breaker.phase === 'open' && breaker.open_until_ms > now) return breaker;
  if (breaker.phase !== 'closed') return ok ? closing(breaker) : open(breaker, now);
  const recent = [
    ...breaker.recent.filter(({ at_ms }) => at_ms > now - opening.withinMs),
    { at_ms: now, ok },
  ].slice(-mostRecent);
  const after = { ...breaker, recent, in_row: ok ? 0 : breaker.in_row + 1 };
  const failures = recent.filter((one) => !one.ok).length;
  const half = recent.length >= opening.least && failures > opening.share * recent.length;
  return !ok && (after.in_row >= opening.inRow || half) ? open(after, now) : after;
}

const open = (breaker: Breaker, now: number): Breaker => ({
  ...closedBreaker,
  phase: 'open',
  opened: breaker.opened + 1,
  open_until_ms: now + Math.min(openFor.most, openFor.first * 2 ** breaker.opened),
});

function closing(breaker: Breaker): Breaker {
  const successes = breaker.successes + 1;
  return successes >= ramp.at(-1)!.from
    ? closedBreaker
    : { ...breaker, phase: 'closing', probing_until_ms: null, successes };
}

/** What a breaker forbids at `now`; null for nothing, or if the next request is its probe. */
export function breakerBlock(breaker: Breaker, now: number): RoutingBlock | null {
  if (breaker.phase !== 'open') return null;
  const until = Math.max(breaker.open_until_ms, breaker.probing_until_ms ?? 0);
  return until > now ? { reason: 'breaker_open', until_ms: until } : null;
}

/** The breaker once a request was sent: the first one after it was open is its probe, the only one for a minute. */
export const probeStarted = (breaker: Breaker, now: number): Breaker =>
  breaker.phase === 'open' && breakerBlock(breaker, now) === null
    ? { ...breaker, probing_until_ms: now + probeTimeout }
    : breaker;

/** The share of the traffic that a target may get. */
export const shareOf = ({ phase, successes }: Breaker): number =>
  phase === 'closing' ? ramp.findLast(({ from }) => successes >= from)!.share : 1;

/** What the breakers of a provider's models forbid for all of its models; null for nothing. */
export function providerBlock(models: readonly Breaker[], now: number): RoutingBlock | null {
  const ends = models
    .map((breaker) => breakerBlock(breaker, now)?.until_ms ?? null)
    .filter((until) => until !== null);
  // the first that may be probed shows whether the provider is back
  return ends.length >= modelsOfProvider
    ? { reason: 'breaker_open', until_ms: Math.min(...ends) }
    : null;
}
