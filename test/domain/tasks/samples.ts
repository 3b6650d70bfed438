import type { TaskAttempt, TaskView } from '../../../contracts/task.ts';
import { codeTask, type NewTask } from '../../../domain/tasks/task.ts';
import { noon } from '../samples.ts';

let nth = 0;

/** A new task with unique ids. */
export function aTask(change: Partial<TaskView> = {}, now: number = noon): NewTask {
  const hex = (nth += 1).toString(16).padStart(16, '0');
  const wish = {
    spawn_id: `spawn-${hex}`,
    spawn_uuid: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12)}-8000-000000000000`,
    host: 'box',
    owner: 'ada',
    correlation_id: 'c-1',
  };
  const { view, spec } = codeTask({ task_type: 'python', code: 'print(1)' }, wish, now);
  return { view: { ...view, ...change }, spec };
}

export const anAttempt = (change: Partial<TaskAttempt> = {}): TaskAttempt => ({
  attempt: 1,
  mutation_level: 0,
  state: 'running',
  exit_code: null,
  signal: null,
  cause: null,
  limit: null,
  peak_memory_mb: null,
  cpu_ms: null,
  started_at: new Date(noon).toISOString(),
  finished_at: null,
  detail: null,
  ...change,
});
