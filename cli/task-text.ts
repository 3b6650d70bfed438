import type { LogEnd, TaskView } from '../contracts/task.ts';
import { constants } from 'node:os';
import { plainText } from '../platform/clean-text.ts';
import { table } from './table.ts';
import { showTime } from './time.ts';

const signals: Record<string, number> = constants.signals;
/** The codes that timeout(1) and shells use. */
const codes = { timeout: 124, cancelled: 130, killed: 137 } as const;

/** Returns the exit code for a process that ran a task: the task's own if it has one. */
export function exitCodeOf(end: Pick<LogEnd, 'state' | 'exit_code' | 'signal'>): number {
  const { state, exit_code, signal } = end;
  if (state === 'timeout' || state === 'cancelled') return codes[state];
  if (exit_code !== null) return state === 'completed' || exit_code !== 0 ? exit_code : 1;
  if (signal !== null) return 128 + (signals[signal] ?? 0);
  return state === 'killed' ? codes.killed : 1;
}

/** Describes how a task ended; null if it ended by its own exit, because its exit code then says everything. */
export function endText(
  end: Pick<LogEnd, 'state' | 'cause'>,
  detail: string | null = null,
): string | null {
  if (end.cause === 'exit' || end.cause === null) return null;
  return plainText(`${end.state}: ${end.cause}${detail === null ? '' : `, ${detail}`}`);
}

/** Formats tasks as a table. */
export function tasksTable(tasks: TaskView[]): string {
  if (tasks.length === 0) return 'No tasks.';
  const rows = tasks.map((view) => [
    view.spawn_id,
    view.state,
    view.cause ?? '-',
    view.exit_code === null ? '-' : String(view.exit_code),
    showTime(view.created_at),
    view.name ?? view.task_type,
    view.owner,
  ]);
  return table(['id', 'state', 'cause', 'exit', 'created', 'task', 'by'], rows);
}
