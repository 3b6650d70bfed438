import type { CountCell, LogCell } from '../../../contracts/routing-beliefs.ts';
import { countLog, countOutcome, logEstimate } from './cells.ts';

/** Wakes of one service on one host: how long from the request until it is ready, first load included, and whether. */
export interface WakeBelief {
  seconds: LogCell | undefined;
  ok: CountCell | undefined;
  /** Wakes that failed one after the other, the instant of the last, and until when it is not tried. */
  failures: number;
  failed_ms: number | null;
  blocked_until_ms: number | null;
}

export const noWakes: WakeBelief = {
  seconds: undefined,
  ok: undefined,
  failures: 0,
  failed_ms: null,
  blocked_until_ms: null,
};

/** A wake is rare, so that only the number of own wakes makes older ones count less. */
const forgetting = { perRound: 1, perOwn: 0.9, least: 0 };
const p90 = 1.2816;
const prior = { n: 2, variance: 0.16, seconds: 5, bytesPerSecond: 200e6 };
const okPrior = { yes: 9, no: 1 };
const failing = { within: 15 * 60_000, least: 2, longest: 30 * 60_000 };

/**
 * How long a wake takes, log-normal, in seconds, and how likely it works.
 *
 * @param bytes of the model's file, which is read at the first load
 */
export function wakeTime(
  belief: WakeBelief,
  bytes: number,
): { p50_seconds: number; p90_seconds: number; ok: number } {
  const guess = Math.log(prior.seconds + bytes / prior.bytesPerSecond);
  const { mean, variance } = logEstimate(belief.seconds, { ...prior, mean: guess }, 0, forgetting);
  const { yes = 0, no = 0 } = belief.ok ?? {};
  const good = okPrior.yes + yes;
  return {
    p50_seconds: Math.exp(mean),
    p90_seconds: Math.exp(mean + p90 * Math.sqrt(variance)),
    ok: good / (good + okPrior.no + no),
  };
}

/**
 * The belief after one more wake: its seconds, or null if it failed. After two failures within 15 minutes the service is not
 * woken for 2 minutes, then for 4, 8 … 30. A wake that works ends that.
 */
export function learnWake(belief: WakeBelief, seconds: number | null, now: number): WakeBelief {
  const ok = countOutcome(copied(belief.ok), seconds === null ? 0 : 1, 0, forgetting);
  if (seconds !== null)
    return { ...noWakes, seconds: countLog(copied(belief.seconds), seconds, 0, forgetting), ok };
  const since = belief.blocked_until_ms ?? belief.failed_ms;
  const failures = since !== null && now - since <= failing.within ? belief.failures + 1 : 1;
  const wait = Math.min(failing.longest, 60_000 * 2 ** (failures - 1));
  return {
    seconds: belief.seconds,
    ok,
    failures,
    failed_ms: now,
    blocked_until_ms: failures < failing.least ? null : now + wait,
  };
}

const copied = <T extends object>(cell: T | undefined): T | undefined =>
  cell === undefined ? undefined : { ...cell };

/** Requests per minute with a half-life of 15 minutes. */
export interface RequestRate {
  per_minute: number;
  at_ms: number;
}
const rateHalfLife = 15 * 60_000;

/** The rate after one more request, or at `now` without one. */
export function rateAt(rate: RequestRate | null, now: number, requests: 0 | 1 = 0): RequestRate {
  const kept = rate === null ? 0 : rate.per_minute * 0.5 ** ((now - rate.at_ms) / rateHalfLife);
  // a steady r per minute, each adding this much, settles at r
  const each = (Math.LN2 * 60_000) / rateHalfLife;
  return { per_minute: kept + requests * each, at_ms: now };
}
