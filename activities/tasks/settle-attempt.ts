import type { NewEvent } from '../../contracts/event.ts';
import type { SpawnAttempt, SpawnView } from '../../contracts/spawn.ts';
import {
  finished,
  hasSpawnEnded,
  mayRetry,
  requeued,
  retryPauseMs,
  type AttemptEnd,
} from '../../domain/tasks/spawn.ts';
import type { OutputChange } from '../../store/tasks/task-output.ts';
import type { SpawnChange, SpawnRecord } from '../../store/tasks/tasks.ts';
import type { SpawnReport } from './spawn-activities.ts';

/** What is known about an attempt that has ended. */
export interface Ended {
  attempt: number;
  end: AttemptEnd;
  artifacts: SpawnView['artifacts'];
  refused: SpawnView['refused'];
  output?: OutputChange;
  /** Epoch ms. */
  started_at: number | null;
  finished_at: number;
}

/**
 * Records an attempt's end in its task: either another attempt follows, if the task allows retries, or the task ends.
 * Returns null if the end is already recorded.
 */
export function settleAttempt(
  record: SpawnRecord,
  ended: Ended,
  actor: string,
): SpawnChange | null {
  const { view } = record;
  if (hasSpawnEnded(view.state)) return null;
  const begun = record.attempts.find(({ attempt }) => attempt === ended.attempt);
  if (begun !== undefined && begun.finished_at !== null) return null;
  const iso = (at: number): string => new Date(at).toISOString();
  const closed: SpawnAttempt | undefined = begun && {
    ...begun,
    ...ended.end,
    started_at: ended.started_at === null ? begun.started_at : iso(ended.started_at),
    finished_at: iso(ended.finished_at),
  };
  const more = {
    ...(closed !== undefined && { attempt: closed }),
    ...(ended.output !== undefined && { output: ended.output }),
  };
  const retry =
    record.ending === null &&
    mayRetry(view, { ...ended.end, attempt: ended.attempt }, ended.finished_at).retry;
  if (retry) {
    const payload = { attempt: ended.attempt, state: ended.end.state, cause: ended.end.cause };
    const event = spawnEvent('spawn.retried', view, actor, ended.finished_at, payload);
    return { view: requeued(view), events: [event], ...more };
  }
  const over = finished(view, ended, ended.finished_at);
  const { state, cause, exit_code } = over;
  const payload = { state, cause, exit_code, attempts: ended.attempt };
  const event = spawnEvent('spawn.finished', view, actor, ended.finished_at, payload);
  return { view: over, events: [event], ...more };
}

/** The state of a task after this attempt. */
export const reportOf = ({ view }: SpawnRecord, attempt: number): SpawnReport => ({
  state: view.state,
  ended: hasSpawnEnded(view.state),
  pause_ms: hasSpawnEnded(view.state) ? 0 : retryPauseMs(attempt),
});

export const spawnEvent = (
  type: NewEvent['type'],
  view: SpawnView,
  actor: string,
  at: number,
  payload: Record<string, unknown> = {},
): NewEvent => ({
  type,
  at,
  actor,
  correlation_id: view.correlation_id,
  payload: { spawn_id: view.spawn_id, ...payload },
});
