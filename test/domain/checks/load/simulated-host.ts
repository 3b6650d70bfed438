import type { Counters } from '../../../../domain/checks/load/shares.ts';
import { sharesBetween } from '../../../../domain/checks/load/shares.ts';
import {
  defaultBounds,
  firstPace,
  isHostPressed,
  nextPace,
  type Pace,
} from '../../../../domain/checks/load/throttle.ts';

export interface Simulated {
  seconds: number;
  done: number;
  /** Share of the looks at which the host was more than 5 points over the bound. */
  over: number;
  isPressed: boolean;
  /** One entry a look: the time in seconds, the CPU share, and the pace after it. */
  looks: { at: number; cpu: number; pace: Pace; floor: number }[];
}

export interface SimulatedLoad {
  requests: number;
  withinS: number;
  /** CPU time of a request. */
  costS: number;
  cores: number;
  /** What everything else wants of the cores, by time in seconds; more than 1 is a queue. */
  others: (at: number) => number;
  /** A number from 0 to 1. */
  random: () => number;
  /** Ends after this long, even if requests are left. */
  forS?: number;
}

const stepS = 0.005;
const lookS = 0.25;
const gigabyte = 1024 ** 3;

/** A host whose cores are shared fairly between requests and everything else, paced by the throttle. */
export function simulate(load: SimulatedLoad): Simulated {
  const { requests, withinS, costS, cores, others, random, forS = withinS + 5 } = load;
  let pace = firstPace({ requests, seconds: withinS });
  const counters = { total: 0, busy: 0, own: 0 };
  let tokens = 0;
  let sent = 0;
  let done = 0;
  let at = 0;
  let underWay: { left: number; since: number }[] = [];
  let latencies: number[] = [];
  const looks: Simulated['looks'] = [];
  const now = (): Counters => ({
    at_ms: at * 1000,
    total_ms: counters.total * 1000,
    busy_ms: counters.busy * 1000,
    cores,
    own_ms: counters.own * 1000,
    cpu_stall_us: null,
    memory_stall_us: null,
    memory_available: 8 * gigabyte,
    memory_total: 16 * gigabyte,
    done,
  });
  let before = now();
  let nextLook = lookS;
  while (done < requests && at < forS) {
    at += stepS;
    tokens = Math.min(tokens + pace.rate * stepS, pace.rate * lookS + 1);
    while (tokens >= 1 && sent < requests && underWay.length < pace.concurrency) {
      underWay.push({ left: costS * (0.5 + random()), since: at });
      tokens -= 1;
      sent += 1;
    }
    const wanted = Math.min(underWay.length, cores);
    const background = others(at) * cores * (0.9 + 0.2 * random());
    const scale = Math.min(1, cores / (wanted + background || 1));
    const each = underWay.length === 0 ? 0 : (wanted * scale * stepS) / underWay.length;
    let used = 0;
    for (const one of underWay) {
      used += Math.min(one.left, each);
      one.left -= each;
      if (one.left > 0) continue;
      done += 1;
      latencies.push((at - one.since) * 1000 + 1);
    }
    underWay = underWay.filter(({ left }) => left > 0);
    counters.total += cores * stepS;
    counters.own += used;
    counters.busy += Math.min(cores * stepS, used + background * scale * stepS);
    if (at < nextLook) continue;
    nextLook += lookS;
    const left = { requests: requests - sent, seconds: withinS - at };
    const shares = sharesBetween(before, now());
    before = now();
    pace = nextPace(pace, shares, latencies, left, defaultBounds);
    latencies = [];
    const floor = left.requests / Math.max(0.25, left.seconds);
    looks.push({ at, cpu: shares?.cpu ?? 0, pace, floor });
  }
  const over = looks.filter(({ cpu }) => cpu > defaultBounds.cpu + 0.05).length / looks.length;
  return { seconds: at, done, over, isPressed: isHostPressed(pace), looks };
}

/** A sequence of numbers from 0 to 1 that is the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
