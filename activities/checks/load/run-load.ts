import type { LoadEnd } from '../../../domain/checks/load/load-end.ts';
import { sharesBetween, type Counters, type Shares } from '../../../domain/checks/load/shares.ts';
import { nextPace } from '../../../domain/checks/load/throttle.ts';
import { firstPace, hasToStop, type Pace } from '../../../domain/checks/load/pace.ts';
import type { Load } from '../../../domain/checks/suite.ts';
import { poll } from '../../../platform/concurrency/poll.ts';
import { TimeoutError, timeout } from '../../../platform/concurrency/timeout.ts';
import { readHost } from './host-counters.ts';
import type { LoadProcess } from './load-process.ts';

const lookEveryMs = 250;
const startLimitMs = 15_000;

/** What a load needs to know of its surroundings. */
export interface LoadSurroundings {
  /** CPU time of the services under load, in ms; null if it cannot be read. */
  servicesCpu: () => Promise<number | null>;
  onLook: (pace: Pace, shares: Shares | null) => void;
  readHost?: typeof readHost;
}

/** Paces a load by what its host has room for, until every request has ended or its time is over. */
export async function runLoad(
  load: Load,
  child: LoadProcess,
  { servicesCpu, onLook, readHost: host = readHost }: LoadSurroundings,
  signal: AbortSignal,
): Promise<LoadEnd> {
  const hang = await timeout(startLimitMs, 'the start of a load', child.ready).then(
    () => null,
    (error: unknown) => {
      if (!(error instanceof TimeoutError)) throw error;
      return `it did not start within ${startLimitMs / 1000} s`;
    },
  );
  const began = performance.now();
  const counters = async (): Promise<Counters | null> => {
    const [seen, services] = await Promise.all([host(), servicesCpu().catch(() => null)]);
    const own_ms = services === null ? null : services + child.cpu_ms;
    return seen === null ? null : { ...seen, own_ms, done: child.ended };
  };
  // the last answers take their time, too
  const lastMs = Math.min(1000, load.within_ms / 10);
  const leftAt = (elapsed: number) => ({
    requests: load.requests - child.sent,
    seconds: (load.within_ms - lastMs - elapsed) / 1000,
  });
  let before = await counters();
  let seen = 0;
  let pace = firstPace(leftAt(0));
  child.pace(pace);
  const look = async (): Promise<true | null> => {
    const elapsed = performance.now() - began;
    const isOver = child.died !== null || hang !== null || child.ended >= load.requests;
    if (isOver || elapsed >= load.within_ms || hasToStop(pace)) return true;
    if (elapsed < lookEveryMs / 2) return null;
    const now = await counters();
    const shares = before === null || now === null ? null : sharesBetween(before, now);
    before = now;
    const news = child.latencies.slice(seen);
    seen = child.latencies.length;
    pace = nextPace(pace, shares, news, leftAt(performance.now() - began), load.bounds);
    child.pace(pace);
    onLook(pace, shares);
    return null;
  };
  await poll(look, { everyMs: lookEveryMs, signal, sooner: () => child.over });
  return {
    latencies: child.latencies,
    ended: child.ended,
    failed: child.failed,
    reason: child.reason,
    seconds: (performance.now() - began) / 1000,
    pace,
    died: child.died ?? hang,
    lag_ms: child.lag_ms,
  };
}
