import type { Logger } from 'pino';
import type { EndReason, TaskAttempt, TaskSpec, TaskView } from '../../contracts/task.ts';
import {
  attemptMs,
  endedWithout,
  hasTaskEnded,
  outOfTime,
  running,
  endedBy,
  type AttemptEnd,
} from '../../domain/tasks/task.ts';
import { retry } from '../../platform/concurrency/retry.ts';
import type { Store } from '../../store/index.ts';
import type { AttemptResult, SandboxJob, Sandboxes } from '../sandbox/sandbox.ts';
import type { Admission } from './admission.ts';
import { createArtifactFolder, removeEarlier } from './artifact-folder.ts';
import { hasRoom } from './disk-room.ts';
import type { TaskMetrics } from './metrics.ts';
import { createOutputRecorder } from './output-recorder.ts';
import { reportOf, settleAttempt, taskEvent, type Ended } from './settle-attempt.ts';
import type { Attempt, TaskReport } from './task-activities.ts';

/** Everything that an attempt runs with. */
export interface SpawnerDeps {
  store: Store;
  sandboxes: Sandboxes;
  admission: Admission;
  /** Folder with the files of all tasks, one folder per task. */
  folder: string;
  /** The user id that owns those files; null leaves them to the user of the spawner. */
  owner: number | null;
  metrics: TaskMetrics;
  log: Logger;
}

/** Time between TERM and KILL; with it a cancelled process tree is dead within 2 s. */
const graceMs = 1000;
/** How long a result is kept in memory while the store is unavailable. */
const writeResultMs = 600_000;
const resultBackoff = { firstMs: 200, longestMs: 5000 };
const mega = 1024 * 1024;

export type RunAttempt = (input: Attempt, signal: AbortSignal) => Promise<TaskReport>;

/** The attempt was already started, perhaps by a process that has died since; it must not start twice. */
export class AttemptTaken extends Error {
  override name = 'AttemptTaken';
}

/**
 * Runs one attempt: waits for room, claims it, runs it, and records how it ended. The signal ends it early; its reason
 * becomes the reason of the end.
 * @throws AttemptTaken
 */
export function createRunAttempt(deps: SpawnerDeps): RunAttempt {
  const { store, sandboxes, admission, metrics, log } = deps;

  /** Retries the write, so that a short outage of the store loses no result. */
  const untilWritten = {
    backoff: resultBackoff,
    withinMs: writeResultMs,
    onFailure: (error: unknown) => log.warn({ err: error }, 'could not write a result; retrying'),
  };
  const settle = (taskId: string, ended: Ended): Promise<TaskReport> =>
    retry(async () => {
      const done = await store.tasks.change(taskId, (record) =>
        settleAttempt(record, ended, 'spawner'),
      );
      if (done === null) return { state: 'lost', ended: true, pause_ms: 0 };
      return reportOf(done.record, ended.attempt);
    }, untilWritten);
  const without = (attempt: number, end: AttemptEnd): Ended => ({
    attempt,
    end,
    artifacts: [],
    refused: [],
    started_at: null,
    finished_at: Date.now(),
  });

  return async ({ spawn_id, attempt }, signal) => {
    const record = await store.tasks.record(spawn_id);
    if (record === null) return { state: 'lost', ended: true, pause_ms: 0 };
    const { view, spec } = record;
    const known = record.attempts.find((one) => one.attempt === attempt);
    if (hasTaskEnded(view.state) || spec === null || known?.finished_at != null)
      return reportOf(record, attempt);
    if (known !== undefined) throw new AttemptTaken(`attempt ${attempt} was begun already`);

    const expires = Date.parse(view.expires_at);
    const created = Date.parse(view.created_at);
    const need = { ...needOf(spec), priority: view.priority, created_at: created };
    sandboxes.expect(spec, created);
    const room = await inTime(expires, signal, (turn) => admission.enter(need, turn)).catch(
      () => null,
    );
    if (room === null) {
      const reason = reasonOf(signal);
      return settle(
        spawn_id,
        without(attempt, reason === null ? outOfTime(true) : endedBy(reason)),
      );
    }
    try {
      const begun = await begin(store, spawn_id, attempt);
      if (begun === 'ended') return settle(spawn_id, without(attempt, outOfTime(true)));
      if (begun === 'taken') throw new AttemptTaken(`attempt ${attempt} was begun already`);
      metrics.queued.observe((Date.now() - created) / 1000);
      const recorder = createOutputRecorder(deps, spawn_id, attempt);
      await removeEarlier(deps.folder, { spawn_id, attempt }).catch((error: unknown) =>
        log.warn({ err: error, spawn_id }, 'could not remove the files of an earlier attempt'),
      );
      const onDisk = () => hasRoom(deps.folder);
      const artifacts = createArtifactFolder(
        deps.folder,
        { spawn_id, attempt },
        deps.owner,
        onDisk,
      );
      const sinks = {
        onState: () => undefined,
        onOutput: recorder.push,
        artifacts,
      };
      const run = sandboxes.run(jobOf(view, spec, attempt), sinks, signal);
      room.started();
      const result = await run;
      const output = await recorder.finish();
      metrics.ended.inc({ outcome: result.outcome, cause: result.cause });
      return await settle(spawn_id, {
        attempt,
        end: endOf(result, expires),
        artifacts: result.artifacts,
        refused: result.refused,
        output,
        started_at: result.started_at,
        finished_at: Math.max(result.finished_at, result.started_at),
      });
    } finally {
      room.leave();
    }
  };
}

/** Uses its own timer, which it clears: a timer left running would keep the attempt in memory for the task's whole time. */
async function inTime<T>(
  expires: number,
  signal: AbortSignal,
  wait: (turn: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController();
  const timer = setTimeout(() => over.abort(), Math.max(1, expires - Date.now()));
  try {
    return await wait(AbortSignal.any([signal, over.signal]));
  } finally {
    clearTimeout(timer);
  }
}

const reasonOf = (signal: AbortSignal): EndReason | null =>
  signal.aborted ? (signal.reason === 'window_closed' ? 'window_closed' : 'cancelled') : null;

const needOf = (spec: TaskSpec): { memory_bytes: number; cpus: number } => ({
  memory_bytes: spec.memory_mb * mega,
  cpus: spec.cpus,
});

/** Claims the attempt, so that it runs once even if Temporal delivers it to several processes. */
async function begin(
  store: Store,
  taskId: string,
  attempt: number,
): Promise<'begun' | 'taken' | 'ended'> {
  const now = Date.now();
  let outcome: 'begun' | 'taken' | 'ended' = 'begun';
  await store.tasks.change(taskId, ({ view, attempts }) => {
    if (hasTaskEnded(view.state)) outcome = 'ended';
    else if (attempts.some((one) => one.attempt === attempt)) outcome = 'taken';
    if (outcome !== 'begun') return null;
    const fresh: TaskAttempt = {
      attempt,
      mutation_level: attempt - 1,
      ...endedWithout('running', 'exit', null),
      cause: null,
      started_at: new Date(now).toISOString(),
      finished_at: null,
    };
    return {
      view: running(view, attempt, now),
      attempt: fresh,
      events: [taskEvent('spawn.running', view, 'spawner', now, { attempt })],
    };
  });
  return outcome;
}

const jobOf = (view: TaskView, spec: TaskSpec, attempt: number): SandboxJob => ({
  spawn_id: view.spawn_id,
  attempt,
  correlation_id: view.correlation_id,
  program: spec.program,
  stdin: spec.stdin,
  env: spec.env,
  files: spec.files,
  limits: {
    memory_mb: spec.memory_mb,
    cpus: spec.cpus,
    pids: spec.pids,
    disk_mb: spec.disk_mb,
    timeout_ms: attemptMs(spec.timeout_ms, Date.parse(view.expires_at), Date.now()),
    grace_ms: graceMs,
    cpu_seconds: spec.cpu_seconds,
    output_bytes: spec.disk_mb * mega,
  },
  egress: spec.egress,
});

function endOf(result: AttemptResult, expires: number): AttemptEnd {
  const { outcome, cause, limit, exit_code, signal, peak_memory_bytes, cpu_ms, detail } = result;
  const late = outcome === 'timeout' && result.finished_at >= expires;
  return {
    state: outcome,
    cause,
    limit: limit === null ? null : { name: limit.name, allowed: limit.limit, peak: limit.peak },
    exit_code,
    signal,
    peak_memory_mb: peak_memory_bytes === null ? null : Math.ceil(peak_memory_bytes / mega),
    cpu_ms: cpu_ms === null ? null : Math.round(cpu_ms),
    detail: detail ?? (late ? outOfTime(false).detail : null),
  };
}
