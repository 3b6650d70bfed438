import type { Printed } from '../../../domain/routing/cli/answer.ts';
import { showOutput } from '../../../domain/tasks/output.ts';
import { hasTaskEnded } from '../../../domain/tasks/task.ts';
import type { Store } from '../../../store/index.ts';

/** How a task ended. */
export interface ProgramOutcome {
  /** Null if it never ran, or has not ended. */
  printed: Printed | null;
  exit_code: number | null;
  /** Why it failed; null if it did not. */
  why: string | null;
  /** Where the rest can be read of what it printed. */
  more: string | null;
  ms: number;
}

/** Of a task that did not run. */
export const notRun = (why: string | null): ProgramOutcome => ({
  printed: null,
  exit_code: null,
  why,
  more: null,
  ms: 0,
});

/** Reads what a task of a program wrote. */
export async function programOutcome(store: Store, taskId: string): Promise<ProgramOutcome> {
  const view = await store.tasks.find(taskId);
  if (view === null) return notRun('its task is gone');
  const { state, exit_code, cause, created_at, finished_at } = view;
  const ms = Math.max(0, Date.parse(finished_at ?? created_at) - Date.parse(created_at));
  if (!hasTaskEnded(state)) return { ...notRun(`${taskId} did not end in time`), ms };
  const record = await store.tasks.record(taskId);
  const chunks = await store.taskOutput.ofAttempt(taskId, record?.attempts.at(-1)?.attempt ?? 1);
  const read = (name: 'stdout' | 'stderr'): string =>
    showOutput(chunks.filter(({ stream }) => stream === name)).text;
  const printed = { stdout: read('stdout'), stderr: read('stderr') };
  if (state === 'completed' && exit_code === 0)
    return { printed, exit_code, why: null, more: null, ms };
  const how = exit_code === null ? (cause ?? state) : `exit ${exit_code}`;
  const more = `vx11 logs ${taskId} shows what it printed`;
  return { printed, exit_code, why: `${taskId} failed (${how})`, more, ms };
}
