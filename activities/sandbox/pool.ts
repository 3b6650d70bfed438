import {
  arrivalsAfter,
  noArrivals,
  poolTarget,
  type PoolBounds,
} from '../../domain/tasks/pool-size.ts';
import { timeout } from '../../platform/concurrency/timeout.ts';
import { abortable } from '../../platform/concurrency/abortable.ts';
import type { Entry } from './sandbox-registry.ts';
import type { SandboxContainer } from './container.ts';
import { said } from './harness-protocol.ts';
import type { Shape } from './template.ts';

/** A started sandbox whose harness has reported ready and waits for a task. */
export interface Ready {
  container: SandboxContainer;
  entry: Entry;
  /** ms of `performance.now`. */
  since: number;
}

/** Sandboxes of the common shapes, started in advance. Each is used once. */
export interface Pool {
  /** Announces a task of this shape, requested at `at` (epoch ms). */
  expect(shape: Shape, at: number): void;
  /** Returns a sandbox of this shape, and refills the pool; null if none is ready, so that the task starts its own. */
  take(shape: Shape): Ready | null;
  /** The number of ready sandboxes. */
  ready(): number;
  /** Frees memory: shrinks the pool to its minimum and forgets earlier demand. */
  yieldRoom(): void;
  /** Resolves when the pool has its target size. */
  filled(): Promise<void>;
  /** Empties the pool; it does not refill. */
  close(): Promise<void>;
}

interface PoolDeps {
  shapes: { shape: Shape; bounds: PoolBounds }[];
  /** Starts a sandbox; rejects if that fails. */
  start(shape: Shape): Promise<{ container: SandboxContainer; entry: Entry }>;
  discard(ready: { container: SandboxContainer; entry: Entry }): Promise<void>;
  /** How long a harness may take to report ready. */
  comesUpMs: number;
  onTrouble(error: unknown): void;
}

/** A ready sandbox of this age is replaced, long before the deadline in its label. */
const oldestMs = 3_600_000;
const tendMs = 5000;
const firstPauseMs = 500;
const longestPauseMs = 30_000;
const refillGuessMs = 500;

export function createPool(deps: PoolDeps): Pool {
  const ended = new AbortController();
  const shelves = deps.shapes.map(({ shape, bounds }) =>
    createShelf(deps, shape, bounds, ended.signal),
  );
  const tending = setInterval(() => {
    for (const shelf of shelves) shelf.tend();
  }, tendMs);
  tending.unref();
  for (const shelf of shelves) shelf.tend();
  const shelfOf = (shape: Shape) => shelves.find((shelf) => same(shelf.shape, shape));
  return {
    expect: (shape, at) => shelfOf(shape)?.expect(at),
    take: (shape) => shelfOf(shape)?.take() ?? null,
    ready: () => shelves.reduce((sum, shelf) => sum + shelf.ready(), 0),
    yieldRoom() {
      for (const shelf of shelves) shelf.yieldRoom();
    },
    async filled() {
      await Promise.all(shelves.map((shelf) => shelf.filled()));
    },
    async close() {
      ended.abort();
      clearInterval(tending);
      await Promise.all(shelves.map((shelf) => shelf.close()));
    },
  };
}

const same = (one: Shape, other: Shape): boolean =>
  one.memory_mb === other.memory_mb &&
  one.cpus === other.cpus &&
  one.pids === other.pids &&
  one.disk_mb === other.disk_mb &&
  one.egress === other.egress;

function createShelf(deps: PoolDeps, shape: Shape, bounds: PoolBounds, ended: AbortSignal) {
  const waiting: Ready[] = [];
  let arrivals = noArrivals(Date.now());
  let refillMs = refillGuessMs;
  let filling: Promise<void> | null = null;
  let pauseMs = 0;
  let resumeAt = 0;

  // `arrivals` is dated by when tasks were requested, possibly long ago, so it is aged to now first
  const target = (): number => poolTarget(bounds, arrivalsAfter(arrivals, Date.now(), 0), refillMs);
  const drop = (ready: Ready): void => void deps.discard(ready);
  const tend = (): void => {
    if (ended.aborted) return;
    for (const ready of waiting.splice(0))
      if (ready.container.ended() || performance.now() - ready.since > oldestMs) drop(ready);
      else waiting.push(ready);
    while (waiting.length > target()) drop(waiting.shift()!);
    if (filling === null && waiting.length < target() && performance.now() >= resumeAt)
      filling = fill().finally(() => (filling = null));
  };
  const fill = async (): Promise<void> => {
    while (!ended.aborted && waiting.length < target()) {
      const began = performance.now();
      try {
        const started = await startReady();
        refillMs = (refillMs + performance.now() - began) / 2;
        pauseMs = 0;
        if (ended.aborted) drop(started);
        else waiting.push(started);
      } catch (error) {
        if (ended.aborted) return;
        pauseMs = Math.min(longestPauseMs, Math.max(firstPauseMs, pauseMs * 2));
        resumeAt = performance.now() + pauseMs;
        deps.onTrouble(error);
        return;
      }
    }
  };
  const startReady = async (): Promise<Ready> => {
    const started = await deps.start(shape);
    const { frames, errorText } = started.container;
    try {
      const first = timeout(deps.comesUpMs, 'to come up', frames.next());
      const { value, done } = await abortable(first, ended);
      if (done === true || String.fromCharCode(value.kind) !== said.ready)
        throw new Error(`a sandbox did not start: ${errorText()}`);
    } catch (error) {
      void deps.discard(started);
      throw error;
    }
    return { ...started, since: performance.now() };
  };
  return {
    shape,
    tend,
    expect(at: number) {
      arrivals = arrivalsAfter(arrivals, at, 1);
    },
    take(): Ready | null {
      if (ended.aborted) return null;
      let taken: Ready | null = null;
      while (taken === null && waiting.length > 0) {
        const next = waiting.shift()!;
        if (next.container.ended()) drop(next);
        else taken = next;
      }
      // refill only after the task has started
      setImmediate(tend);
      return taken;
    },
    ready: () => waiting.length,
    yieldRoom() {
      arrivals = noArrivals(Date.now());
      tend();
    },
    async filled() {
      tend();
      await filling;
    },
    async close() {
      await filling;
      await Promise.all(waiting.splice(0).map((ready) => deps.discard(ready)));
    },
  };
}
