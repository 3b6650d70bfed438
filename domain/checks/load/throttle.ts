import type { Shares } from './shares.ts';

/** The most of the host that a load may use together with everything else; shares of 1. */
export interface LoadBounds {
  cpu: number;
  memory: number;
}
export const defaultBounds: LoadBounds = { cpu: 0.75, memory: 0.9 };

/** How fast a load may send, and what that was decided from. */
export interface Pace {
  /** Requests per second; 0 only while memory is short. */
  rate: number;
  /** The most requests under way. */
  concurrency: number;
  /** CPU seconds per request; null until some have ended. */
  cost: number | null;
  /** CPU share of everything but the load. */
  others: number;
  /** The 95th percentile of the latencies in ms: of the first requests, and of the last ones. */
  calm_p95: number | null;
  p95: number;
  /** How long memory has been short without a break, in seconds. */
  short_s: number;
  looks: number;
  /** Looks at which the load had to go faster than the host allows, to end in its time. */
  pressed: number;
  /** Seconds in which the host, and not the load, set the pace. */
  throttled_s: number;
  recent: Recent;
}

/** Sums that forget: CPU seconds and requests of the last looks, and the first latencies. */
interface Recent {
  cpu_s: number;
  done: number;
  first: readonly number[];
}

export const slowest: Pace = {
  rate: 0,
  concurrency: 2,
  cost: null,
  others: 0,
  calm_p95: null,
  p95: 0,
  short_s: 0,
  looks: 0,
  pressed: 0,
  throttled_s: 0,
  recent: { cpu_s: 0, done: 0, first: [] },
};

const mostAtOnce = 64;
/** In requests per second: what no sender reaches. */
const fastest = 10_000;
/** The most that the rate rises at one look: by this factor, and this many requests per second. */
const rise = { factor: 1.5, step: 2 };
/** How much of the way down the rate goes at one look. */
const fall = 0.7;
/** How much of the last looks still counts. */
const kept = 0.8;
/** The pace aims this far below the bound: requests do not all cost the same. */
const margin = 0.03;
const calmRequests = 20;
/** Beyond this many times the first latencies, the target is overloaded. */
const overload = { times: 4, slower: 0.75, requests: 5 };
/** Memory that has to stay available, in bytes, and how much better it has to be before the load goes on. */
const reserve = { bytes: 512 * 1024 ** 2, better: 0.05, stalled: 0.1 };
const longestShortS = 30;
/** A load that was pressed at this share of its looks says nothing about its target. */
const mostPressed = 0.9;

/** What is left of a load. */
export interface Left {
  requests: number;
  seconds: number;
}

/** The pace of a load before its first look: as fast as it has to be. */
export const firstPace = (left: Left): Pace => ({ ...slowest, rate: floorOf(left) });

/**
 * Decides the pace until the next look: as fast as the host has room for, and never slower than the load needs to end in
 * its time. While memory is short nothing is sent.
 * @param shares what happened since the last look; null if that is not known
 * @param latencies of the requests that ended since, in ms
 */
export function nextPace(
  before: Pace,
  shares: Shares | null,
  latencies: readonly number[],
  left: Left,
  bounds: LoadBounds,
): Pace {
  const floor = floorOf(left);
  const atLeast = (rate: number): number => Math.max(floor, Math.min(rate, fastest));
  // what is not known changes nothing: a load that waits for memory goes on waiting
  if (shares === null)
    return before.short_s > 0 ? before : { ...before, rate: atLeast(before.rate) };
  const known = withLatencies(before, latencies);
  const { cost, recent } = costWith(known, shares);
  // a container of the load that restarts hides what it used, for one look
  const isHidden = shares.own === null && known.cost !== null;
  const others = isHidden ? known.others : Math.max(0, shares.cpu - (shares.own ?? 0));
  const looks = known.looks + 1;
  const seen = { ...known, cost, recent, others, looks };
  if (isShort(shares, bounds, known.short_s > 0)) {
    const { dt_s } = shares;
    const short_s = known.short_s + dt_s;
    const throttled_s = known.throttled_s + dt_s;
    return { ...seen, rate: 0, concurrency: 0, short_s, throttled_s };
  }
  // 100 % is no bound: a host cannot be more than full
  const free = bounds.cpu < 1 ? bounds.cpu - margin - others : Infinity;
  const goal = goalOf(cost, free * shares.cores);
  const faster = before.rate * rise.factor + rise.step;
  const slower = fall * goal + (1 - fall) * before.rate;
  const wanted = goal < before.rate ? slower : Math.min(goal, faster);
  const guarded = isOverloaded(known, latencies) ? wanted * overload.slower : wanted;
  const rate = atLeast(guarded);
  const isThrottled = goal <= faster;
  return {
    ...seen,
    rate,
    concurrency: Math.min(mostAtOnce, Math.ceil((rate * known.p95) / 1000) + 2),
    short_s: 0,
    pressed: known.pressed + Number(floor > goal),
    throttled_s: known.throttled_s + (isThrottled ? shares.dt_s : 0),
  };
}

/** Whether memory was short for so long that the load has to stop. */
export const hasToStop = ({ short_s }: Pace): boolean => short_s > longestShortS;

/** Whether the host had no room for the load: its thresholds are not judged. */
export const isHostPressed = (pace: Pace): boolean =>
  hasToStop(pace) || (pace.looks > 0 && pace.pressed >= pace.looks * mostPressed);

/** The slowest rate that still ends in time. */
const floorOf = ({ requests, seconds }: Left): number =>
  Math.max(0, requests) / Math.max(0.25, seconds);

const goalOf = (cost: number | null, room: number): number => {
  if (room <= 0) return 0;
  return cost === null || cost <= 0 ? Infinity : room / cost;
};

/** A ratio of sums: a look in which nothing ended still counts with its CPU time. */
function costWith({ recent, cost }: Pace, { own, cores, dt_s, done }: Shares) {
  const cpu_s = recent.cpu_s * kept + (own ?? 0) * cores * dt_s;
  const all = recent.done * kept + done;
  const next = { ...recent, cpu_s, done: all };
  return { recent: next, cost: own === null || all < 1 ? cost : cpu_s / all };
}

function withLatencies(before: Pace, latencies: readonly number[]): Pace {
  if (latencies.length === 0) return before;
  const { recent } = before;
  const first =
    before.calm_p95 === null
      ? [...recent.first, ...latencies].slice(0, calmRequests)
      : recent.first;
  const calm_p95 = first.length < calmRequests ? before.calm_p95 : percentile(first, 95);
  const now = percentile(latencies, 95);
  const p95 = before.p95 === 0 ? now : before.p95 * kept + now * (1 - kept);
  return { ...before, calm_p95, p95, recent: { ...recent, first } };
}

const isOverloaded = ({ calm_p95 }: Pace, latencies: readonly number[]): boolean =>
  calm_p95 !== null &&
  latencies.length >= overload.requests &&
  percentile(latencies, 95) > calm_p95 * overload.times;

/** @param wasShort it takes more to go on than to stop, so that the load does not flutter */
function isShort(
  { memory_available, memory_total, memory_stalled }: Shares,
  { memory }: LoadBounds,
  wasShort: boolean,
): boolean {
  const least = Math.max((1 - memory) * memory_total, reserve.bytes);
  const enough = least + (wasShort ? reserve.better * memory_total : 0);
  const stalled = reserve.stalled - (wasShort ? reserve.better : 0);
  return memory_available < enough || (memory_stalled ?? 0) > stalled;
}

/** The nearest rank. @param values at least one */
export function percentile(values: readonly number[], rank: number): number {
  const sorted = Float64Array.from(values).sort();
  const at = Math.ceil((rank / 100) * sorted.length) - 1;
  return sorted[Math.min(sorted.length - 1, Math.max(0, at))]!;
}
