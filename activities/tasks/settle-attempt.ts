import type { NewEvent } from '../../contracts/event.ts';
import type { TaskAttempt, TaskView } from '../../contracts/task.ts';
import {
  finished,
  hasTaskEnded,
  mayRetry,
  requeued,
  retryPauseMs,
  type AttemptEnd,
} from '../../domain/tasks/task.ts';
import type { OutputChange } from '../../store/tasks/task-output.ts';
import type { TaskChange, TaskRecord } from '../../store/tasks/tasks.ts';
import type { TaskReport } from './task-activities.ts';

/** What is known about an attempt that has ended. */
export interface Ended {
  attempt: number;
  end: AttemptEnd;
  artifacts: TaskView['artifacts'];
  refused: TaskView['refused'];
  output?: OutputChange;
  /** Epoch ms. */
  started_at: number | null;
  finished_at: number;
}

/**
 * Records an attempt's end in its task: either another attempt follows, if the task allows retries, or the task ends.
 * Returns null if the end is already recorded.
 */
export function settleAttempt(record: TaskRecord, ended: Ended, actor: string): TaskChange | null {
  const { view } = record;
  if (hasTaskEnded(view.state)) return null;
  const begun = record.attempts.find(({ attempt }) => attempt === ended.attempt);
  if (begun !== undefined && begun.finished_at !== null) return null;
  const iso = (at: number): string => new Date(at).toISOString();
  const closed: TaskAttempt | undefined = begun && {
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
    const event = taskEvent('spawn.retried', view, actor, ended.finished_at, payload);
    return { view: requeued(view), events: [event], ...more };
  }
  const over = finished(view, ended, ended.finished_at);
  const { state, cause, exit_code } = over;
  const payload = { state, cause, exit_code, attempts: ended.attempt };
  const event = taskEvent('spawn.finished', view, actor, ended.finished_at, payload);
  return { view: over, events: [event], ...more };
}

/** The state of a task after this attempt. */
export const reportOf = ({ view }: TaskRecord, attempt: number): TaskReport => ({
  state: view.state,
  ended: hasTaskEnded(view.state),
  pause_ms: hasTaskEnded(view.state) ? 0 : retryPauseMs(attempt),
});

export const taskEvent = (
  type: NewEvent['type'],
  view: TaskView,
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
