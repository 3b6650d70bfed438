import { percentile } from './percentile.ts';
import type { Shares } from './shares.ts';

/** What the looks so far say of a host, and of the requests of a load. */
export interface Estimate {
  /** CPU seconds per request; null until some have ended. */
  cost: number | null;
  /** CPU share of everything but the load. */
  others: number;
  /** By how much the load went beyond its aim and has not saved since: the sum of the CPU shares of its looks. */
  excess: number;
  /** The 95th percentile of the latencies in ms: of the first requests, and of the last ones. */
  calm_p95: number | null;
  p95: number;
  recent: Recent;
}

/** Sums that forget, slowly and quickly, and the first latencies. */
interface Recent {
  slow: Used;
  quick: Used;
  first: readonly number[];
}

interface Used {
  cpu_s: number;
  done: number;
}

export const nothingSeen: Estimate = {
  cost: null,
  others: 0,
  excess: 0,
  calm_p95: null,
  p95: 0,
  recent: { slow: { cpu_s: 0, done: 0 }, quick: { cpu_s: 0, done: 0 }, first: [] },
};

/** How much of the last looks still counts. */
const kept = { slow: 0.8, quick: 0.5 };
/** A quick cost of fewer requests than this is chance. */
const fewest = 4;
const mostExcess = 0.3;
const calmRequests = 20;

/** Adds the latencies of the requests that ended since the last look, in ms. */
export function withLatencies<T extends Estimate>(before: T, latencies: readonly number[]): T {
  if (latencies.length === 0) return before;
  const { recent } = before;
  const first =
    before.calm_p95 === null
      ? [...recent.first, ...latencies].slice(0, calmRequests)
      : recent.first;
  const calm_p95 = first.length < calmRequests ? before.calm_p95 : percentile(first, 95);
  const now = percentile(latencies, 95);
  const p95 = before.p95 === 0 ? now : before.p95 * kept.slow + now * (1 - kept.slow);
  return { ...before, calm_p95, p95, recent: { ...recent, first } };
}

/**
 * Adds what happened since the last look. A rise of the cost, or of what others use, counts at once; a fall counts slowly,
 * because the counters of the load lag behind those of the host, by another time at each look.
 * @param aim the CPU share that the load was to reach together with everything else
 */
export function withShares<T extends Estimate>(before: T, shares: Shares, aim: number): T {
  const { recent, excess } = before;
  const slow = plus(recent.slow, kept.slow, shares);
  const quick = plus(recent.quick, kept.quick, shares);
  const beyond = Math.min(shares.cpu - aim, shares.own ?? 0);
  return {
    ...before,
    cost: shares.own === null ? before.cost : (costOf(slow, quick) ?? before.cost),
    others: othersAfter(before, shares, aim),
    excess: Math.min(mostExcess, Math.max(0, excess + beyond)),
    recent: { ...recent, slow, quick },
  };
}

/** A look in which nothing ended still counts with its CPU time. */
const plus = (sum: Used, share: number, { own, cores, dt_s, done }: Shares): Used => ({
  cpu_s: sum.cpu_s * share + (own ?? 0) * cores * dt_s,
  done: sum.done * share + done,
});

function costOf(slow: Used, quick: Used): number | null {
  if (slow.done < 1) return null;
  const lately = quick.done < fewest ? 0 : quick.cpu_s / quick.done;
  return Math.max(slow.cpu_s / slow.done, lately);
}

function othersAfter({ cost, others }: Estimate, { cpu, own }: Shares, aim: number): number {
  // a container of the load that restarts hides what it used, for one look
  if (own === null && cost !== null) return others;
  const now = Math.max(0, cpu - (own ?? 0));
  const smooth = others * kept.quick + now * (1 - kept.quick);
  return cpu > aim ? Math.max(smooth, now) : smooth;
}
