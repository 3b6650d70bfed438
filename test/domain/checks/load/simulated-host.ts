import { sharesBetween, type Counters } from '../../../../domain/checks/load/shares.ts';
import { defaultBounds, nextPace } from '../../../../domain/checks/load/throttle.ts';
import { firstPace, isHostPressed, type Pace } from '../../../../domain/checks/load/pace.ts';
import { paceFigures } from '../../../checks/pace-figures.ts';

export interface Simulated {
  seconds: number;
  done: number;
  /** Share of the looks at which the host was more than 5 points over the bound. */
  over: number;
  /** Share of the seconds with room in which it was. */
  overSeconds: number;
  /** How much longer the load took than one that uses all the room below the bound. */
  slower: number;
  isPressed: boolean;
  /** One entry a look: the time in seconds, the CPU share, and the pace after it. */
  looks: { at: number; cpu: number; pace: Pace; floor: number }[];
}

export interface SimulatedLoad {
  requests: number;
  withinS: number;
  /** CPU time of a request that is sent at this time. */
  costS: number | ((at: number) => number);
  cores: number;
  /** What everything else wants of the cores, by time in seconds; more than 1 is a queue. */
  others: (at: number) => number;
  /** A number from 0 to 1. */
  random: () => number;
  /** Ends after this long, even if requests are left. */
  forS?: number;
  /** How often the load's own CPU time and its ended requests are reported. */
  reportS?: number;
}

const stepS = 0.005;
const lookS = 0.25;
/** The kernel counts CPU time in these. */
const tickS = 0.01;
const gigabyte = 1024 ** 3;
const { cpu: bound } = defaultBounds;

/** A host whose cores are shared fairly between requests and everything else, paced by the throttle. */
export function simulate(load: SimulatedLoad): Simulated {
  const { requests, withinS, costS, cores, others, random, forS = withinS + 5, reportS = 0 } = load;
  const costAt = typeof costS === 'number' ? () => costS : costS;
  let pace = firstPace({ requests, seconds: withinS });
  const counters = { total: 0, busy: 0, own: 0, done: 0 };
  let reported = { own: 0, done: 0 };
  let nextReport = 0;
  let tokens = 0;
  let sent = 0;
  let at = 0;
  /** CPU time that everything below the bound had room for, and when it was as much as the requests took. */
  let roomS = 0;
  let neededS = 0;
  let underWay: { left: number; since: number }[] = [];
  let latencies: number[] = [];
  const looks: (Simulated['looks'][number] & { own: number; others: number })[] = [];
  const rooms: { at: number; roomS: number }[] = [];
  const now = (): Counters => ({
    at_ms: at * 1000,
    total_ms: counters.total * 1000,
    busy_ms: Math.floor(counters.busy / tickS) * tickS * 1000,
    cores,
    own_ms: reported.own * 1000,
    cpu_stall_us: null,
    memory_stall_us: null,
    memory_available: 8 * gigabyte,
    memory_total: 16 * gigabyte,
    done: reported.done,
  });
  let before = now();
  let wasOwn = 0;
  let wasBusy = 0;
  let nextLook = lookS;
  while (counters.done < requests && at < forS) {
    at += stepS;
    tokens = Math.min(tokens + pace.rate * stepS, pace.rate * lookS + 1);
    while (tokens >= 1 && sent < requests && underWay.length < pace.concurrency) {
      const left = costAt(at) * (0.5 + random());
      underWay.push({ left, since: at });
      neededS += left;
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
      counters.done += 1;
      latencies.push((at - one.since) * 1000 + 1);
    }
    underWay = underWay.filter(({ left }) => left > 0);
    counters.total += cores * stepS;
    counters.own += used;
    counters.busy += Math.min(cores * stepS, used + background * scale * stepS);
    roomS += Math.max(0, bound - others(at)) * cores * stepS;
    rooms.push({ at, roomS });
    if (at >= nextReport) {
      nextReport += reportS;
      reported = { own: counters.own, done: counters.done };
    }
    if (at < nextLook) continue;
    nextLook += lookS;
    const left = { requests: requests - sent, seconds: withinS - at };
    const shares = sharesBetween(before, now());
    before = now();
    pace = nextPace(pace, shares, latencies, left, defaultBounds);
    latencies = [];
    const floor = left.requests / Math.max(0.25, left.seconds);
    const own = (counters.own - wasOwn) / (cores * lookS);
    const cpu = (counters.busy - wasBusy) / (cores * lookS);
    [wasOwn, wasBusy] = [counters.own, counters.busy];
    looks.push({ at, cpu, own, others: Math.max(0, cpu - own), pace, floor });
  }
  const over = looks.filter(({ cpu }) => cpu > bound + 0.05).length / looks.length;
  const best = rooms.find((one) => one.roomS >= neededS)?.at ?? at;
  return {
    seconds: at,
    done: counters.done,
    over,
    overSeconds: paceFigures(looks, bound).over,
    slower: at / best,
    isPressed: isHostPressed(pace),
    looks,
  };
}

/** A sequence of numbers from 0 to 1 that is the same for the same seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}
