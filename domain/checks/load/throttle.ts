import { withLatencies, withShares, type Estimate } from './estimate.ts';
import { percentile } from './percentile.ts';
import type { Shares } from './shares.ts';
import { isShort } from './short-memory.ts';
import { floorOf, type Pace, type Left } from './pace.ts';

/** The most of the host that a load may use together with everything else; shares of 1. */
export interface LoadBounds {
  cpu: number;
  memory: number;
}

export const defaultBounds: LoadBounds = { cpu: 0.75, memory: 0.9 };

const mostAtOnce = 64;
/** In requests per second: what no sender reaches. */
const fastest = 10_000;
/** The most that the rate rises at one look: by this factor, and this many requests per second. */
const rise = { factor: 2, step: 2 };
/** The pace aims this far below the bound: requests do not all cost the same. */
const margin = 0.02;
/** How much of what went beyond the aim is saved at one look, so that a second as a whole keeps to the bound. */
const saved = 0.5;
/** Beyond this many times the first latencies, the target is overloaded. */
const overload = { times: 4, slower: 0.75, requests: 5 };

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
  const { dt_s, cores } = shares;
  const aim = bounds.cpu - margin;
  const known = withShares(withLatencies(before, latencies), shares, aim);
  // while the last answers are awaited, the load needs no room
  const looks = known.looks + Number(left.requests > 0);
  if (isShort(shares, bounds.memory, known.short_s > 0)) {
    const short_s = known.short_s + dt_s;
    const throttled_s = known.throttled_s + dt_s;
    return { ...known, looks, rate: 0, concurrency: 0, short_s, throttled_s };
  }
  // 100 % is no bound: a host cannot be more than full
  const free = bounds.cpu < 1 ? aim - known.others - saved * known.excess : Infinity;
  const goal = goalOf(known.cost, free * cores);
  const faster = before.rate * rise.factor + rise.step;
  const wanted = Math.min(goal, faster);
  const rate = atLeast(isOverloaded(known, latencies) ? wanted * overload.slower : wanted);
  return {
    ...known,
    looks,
    rate,
    concurrency: Math.min(mostAtOnce, Math.ceil((rate * known.p95) / 1000) + 2),
    short_s: 0,
    pressed: known.pressed + Number(floor > goal),
    throttled_s: known.throttled_s + (goal <= faster ? dt_s : 0),
  };
}

const goalOf = (cost: number | null, room: number): number => {
  if (room <= 0) return 0;
  return cost === null || cost <= 0 ? Infinity : room / cost;
};

const isOverloaded = ({ calm_p95 }: Estimate, latencies: readonly number[]): boolean =>
  calm_p95 !== null &&
  latencies.length >= overload.requests &&
  percentile(latencies, 95) > calm_p95 * overload.times;
