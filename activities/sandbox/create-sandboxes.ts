import { randomUUID } from 'node:crypto';
import { availableParallelism } from 'node:os';
import Docker from 'dockerode';
import type { Logger } from 'pino';
import type { PoolBounds } from '../../domain/tasks/pool-size.ts';
import { EngineError } from '../engine/engine-error.ts';
import { createLimitsCheck } from './engine-capabilities.ts';
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
  /** The Engine's runtime to use, such as `runsc`; null is the Engine's default. */
  runtime: string | null;
  /** Names the installation: sandboxes of its earlier starts are removed, those of others are not. */
  owner: string;
  /** Shapes to keep ready; an empty list keeps none. */
  pool: { shape: Shape; bounds: PoolBounds }[];
  egress: EgressPolicy;
  log: Logger;
}

/** `Sandboxes`, with what benchmarks and health checks need besides. */
export interface SandboxHost extends Sandboxes {
  pool: Pool;
}

const mib = 2 ** 20;
/** The longest delay on top of a task's own time; after both, any installation may remove the sandbox. */
const leaseSlackMs = mostStartMs + overdueMs + viewMs;
/** A ready sandbox may wait for an hour and then get the longest task, of a day. */
const readyLeaseMs = 26 * 3_600_000;
/** A harness reports ready after some 50 ms; many starts at once can take seconds. */
const comesUpMs = 30_000;
/** Memory of a ready sandbox, with the Engine's own share: only the harness runs in it. */
export const readyBytes = 32 * mib;

/** Creates the sandboxes of one Engine. The pool starts to fill at once. */
export function createSandboxes(deps: SandboxDeps): SandboxHost {
  const docker = new Docker({ socketPath: deps.socketPath });
  const container = { docker, ...deps };
  const boot = randomUUID();
  const scheduler = createStartScheduler(availableParallelism());
  const trouble = (error: unknown): void => {
    // an unavailable Engine is one line in the log; an unknown error keeps its stack
    const known = error instanceof EngineError;
    const details = known ? { reason: error.message } : { err: error };
    deps.log.warn(details, 'a sandbox could not be started, renamed or removed');
  };
  const registry = createSandboxRegistry(docker, scheduler, trouble);
  const closing = new AbortController();
  const running = new Set<Promise<unknown>>();

  const requireLimits = createLimitsCheck(docker);

  const start = async (
    shape: Shape,
    leaseMs: number,
    task?: SandboxLabels['task'],
    firstWords: Buffer | null = null,
    signal: AbortSignal = closing.signal,
  ): Promise<{ container: SandboxContainer; entry: Entry }> => {
    await requireLimits();
    const key = newKey();
    const memory_bytes = task === undefined ? readyBytes : shape.memory_mb * mib;
    const entry = registry.add({ key, name: sandboxName(key, task), memory_bytes });
    const schedule = task === undefined ? scheduler.soon : scheduler.now;
    try {
      const started = await schedule(() => {
        const onCreated = (id: string): void => void (entry.id = id);
        // the deadline counts from here, since the start may have been queued
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
      void registry.remove(entry);
      throw error;
    }
  };
  const discard = ({ entry }: { entry: Entry }): Promise<void> => registry.remove(entry);
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
    const requestedAt = Date.now();
    if (signal.aborted) return resultOfEarlyEnd(signal, requestedAt);
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
        if (signal.aborted) return resultOfEarlyEnd(signal, requestedAt);
        return resultOfNoStart(error, container, requestedAt);
      }
      if (signal.aborted) {
        // its code was in the pipe and may already run
        await registry.kill(used.entry);
        return resultOfEarlyEnd(signal, requestedAt);
      }
    } else {
      used = ready;
      scheduler.begun();
      const { entry } = used;
      entry.memory_bytes = shape.memory_mb * mib;
      entry.name = sandboxName(entry.key, task);
      // labels cannot change, but the name can: a sweep finds the sandbox by it if this process dies
      void renameContainer(docker, used.container.id, entry.name).catch(trouble);
      used.container.send(words);
    }
    const kill = (): void => void registry.kill(used.entry);
    const log = deps.log.child({ spawn_id });
    const proxy =
      job.egress && createEgressProxy(deps.egress, job.egress, used.container.send, log);
    const seen = await followAttempt(used.container, job, sinks, signal, { kill, proxy });
    const result = await resultOf(docker, used.container, seen, job, requestedAt);
    // the task is dead, so that its memory cannot grow; only the harness still waits to be removed
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
      const own = await registry.retry();
      const installation = { owner: deps.owner, boot, manages: registry.has };
      const others = await reapAbandoned(docker, installation, now);
      return [...own, ...others];
    },
    expect: ({ memory_mb, cpus, pids, disk_mb, egress }, at) =>
      pool.expect({ memory_mb, cpus, pids, disk_mb, egress: egress !== null }, at),
    memoryInUse: () => registry.memoryInUse(),
    makeRoom() {
      pool.yieldRoom();
      scheduler.hurry();
    },
    async close() {
      closing.abort('window_closed');
      registry.hangUp();
      scheduler.hurry();
      await pool.close();
      await Promise.allSettled(running);
      await registry.settled();
    },
  };
}
