import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import Docker from 'dockerode';
import type { Logger } from 'pino';
import type { PoolBounds } from '../../domain/tasks/pool-size.ts';
import { EngineError } from '../engine/engine-error.ts';
import { followAttempt, overdueMs } from './attempt.ts';
import { createSandboxRegistry, type Entry } from './sandbox-registry.ts';
import {
  mostStartMs,
  newKey,
  renameContainer,
  startContainer,
  viewMs,
  type SandboxContainer,
} from './container.ts';
import { createEgressProxy, type EgressPolicy } from './egress.ts';
import { createPool, type Pool } from './pool.ts';
import { reapAbandoned } from './reaper.ts';
import { resultOf, resultOfEarlyEnd, resultOfNoStart } from './result.ts';
import type { AttemptResult, AttemptSinks, Sandboxes, SandboxJob } from './sandbox.ts';
import { sandboxName, type SandboxLabels, type Shape } from './template.ts';
import { createStartScheduler } from './start-scheduler.ts';
import { jobFrames } from './harness-protocol.ts';

export interface SandboxDeps {
  socketPath: string;
  image: string;
  /** The Engine's runtime to use, such as `runsc`; null is its default. */
  runtime: string | null;
  /** Names the installation: what an earlier start of it has left is removed, what others have is not. */
  owner: string;
  /** Shapes to keep ready; empty keeps none. */
  pool: { shape: Shape; bounds: PoolBounds }[];
  egress: EgressPolicy;
  log: Logger;
}

/** What is not of the `Sandboxes` that a workflow's activities need: for benches and for health. */
export interface SandboxHost extends Sandboxes {
  pool: Pool;
}

const mib = 2 ** 20;
/** After its task's own time, and all that may come on top of it here, a sandbox is anybody's to remove. */
const leaseSlackMs = mostStartMs + overdueMs + viewMs;
/** One that stands ready may yet get the longest task, of a day, after its longest wait, of an hour. */
const readyLeaseMs = 26 * 3_600_000;
/** A harness says so in some 50 ms; a crowd of starts can take seconds. */
const comesUpMs = 30_000;
/** What one that stands ready holds, with what the Engine keeps beside it: only our harness runs in there. */
export const readyBytes = 32 * mib;

/** Sandboxes on one Engine. The pool begins to fill at once. */
export function createSandboxes(deps: SandboxDeps): SandboxHost {
  const docker = new Docker({ socketPath: deps.socketPath });
  const container = { docker, ...deps };
  const boot = randomUUID();
  const turns = createStartScheduler(availableParallelism());
  const trouble = (error: unknown): void => {
    // an Engine that is away is one line; what we do not know keeps its stack
    const known = error instanceof EngineError;
    const details = known ? { reason: error.message } : { err: error };
    deps.log.warn(details, 'a sandbox met trouble');
  };
  const book = createSandboxRegistry(docker, turns, trouble);
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();

  const start = async (
    shape: Shape,
    leaseMs: number,
    task?: SandboxLabels['task'],
    firstWords: Buffer | null = null,
    signal: AbortSignal = closing.signal,
  ): Promise<{ container: SandboxContainer; entry: Entry }> => {
    const key = newKey();
    const memory_bytes = task === undefined ? readyBytes : shape.memory_mb * mib;
    const entry = book.add({ key, name: sandboxName(key, task), memory_bytes });
    const turn = task === undefined ? turns.soon : turns.now;
    try {
      const started = await turn(() => {
        const onCreated = (id: string): void => void (entry.id = id);
        // from now on: a crowd may have waited for its turn
        const deadline = Date.now() + leaseMs;
        const labels = { key, owner: deps.owner, boot, deadline, ...(task && { task }) };
        return startContainer(
          container,
          { shape, labels, warm: task === undefined },
          onCreated,
          firstWords,
          signal,
        );
      });
      entry.hangUp = started.destroy;
      return { container: started, entry };
    } catch (error) {
      void book.remove(entry);
      throw error;
    }
  };
  const discard = ({ entry }: { entry: Entry }): Promise<void> => book.remove(entry);
  const pool = createPool({
    shapes: deps.pool,
    start: (shape) => start(shape, readyLeaseMs),
    discard,
    comesUpMs,
    onTrouble: trouble,
  });

  const attempt = async (
    job: SandboxJob,
    sinks: AttemptSinks,
    signal: AbortSignal,
  ): Promise<AttemptResult> => {
    const asked = Date.now();
    if (signal.aborted) return resultOfEarlyEnd(signal, asked);
    const { memory_mb, cpus, pids, disk_mb, timeout_ms, grace_ms } = job.limits;
    const shape = { memory_mb, cpus, pids, disk_mb, egress: job.egress !== null };
    const words = jobFrames(job);
    const { spawn_id, attempt: number, correlation_id } = job;
    const task = { spawn_id, attempt: number, correlation_id };
    const ready = pool.take(shape);
    let used: { container: SandboxContainer; entry: Entry };
    if (ready === null) {
      try {
        const leaseMs = timeout_ms + grace_ms + leaseSlackMs;
        used = await start(shape, leaseMs, task, words, signal);
      } catch (error) {
        if (signal.aborted) return resultOfEarlyEnd(signal, asked);
        return resultOfNoStart(error, container, asked);
      }
      if (signal.aborted) {
        // its code lay in the pipe, and may be alive
        await book.kill(used.entry);
        return resultOfEarlyEnd(signal, asked);
      }
    } else {
      used = ready;
      turns.begun();
      const { entry } = used;
      entry.memory_bytes = shape.memory_mb * mib;
      entry.name = sandboxName(entry.key, task);
      // labels cannot be changed any more: by its name it is found when nobody here can end it
      void renameContainer(docker, used.container.id, entry.name).catch(trouble);
      used.container.send(words);
    }
    const kill = (): void => void book.kill(used.entry);
    const log = deps.log.child({ spawn_id });
    const proxy =
      job.egress && createEgressProxy(deps.egress, job.egress, used.container.send, log);
    const seen = await followAttempt(used.container, job, sinks, signal, { kill, proxy });
    const result = await resultOf(docker, used.container, seen, job, asked);
    // its task is dead: what it holds does not grow any more, and only its harness waits for the end
    const { peak_memory_bytes: peak } = result;
    const held = peak === null ? Infinity : Math.max(peak, readyBytes);
    used.entry.memory_bytes = Math.min(used.entry.memory_bytes, held);
    void discard(used);
    return { ...result, warm: ready !== null };
  };

  return {
    pool,
    async run(job, sinks, signal) {
      const ending = AbortSignal.any([signal, closing.signal]);
      const work = attempt(job, sinks, ending);
      running.add(work);
      try {
        return await work;
      } finally {
        running.delete(work);
      }
    },
    async reap(now) {
      const own = await book.retry();
      const asker = { owner: deps.owner, boot, manages: book.has };
      const others = await reapAbandoned(docker, asker, now);
      return [...own, ...others];
    },
    expect: ({ memory_mb, cpus, pids, disk_mb, egress }, at) =>
      pool.expect({ memory_mb, cpus, pids, disk_mb, egress: egress !== null }, at),
    memoryInUse: () => book.memoryInUse(),
    makeRoom() {
      pool.yieldRoom();
      turns.hurry();
    },
    async close() {
      closing.abort('window_closed');
      book.hangUp();
      turns.hurry();
      await pool.close();
      await Promise.allSettled(running);
      await book.settled();
    },
  };
}
