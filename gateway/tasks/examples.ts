import type { TaskResult, TaskView } from '../../contracts/task.ts';
import { exampleCorrelation } from '../openapi/examples.ts';

/** All examples of tasks show one: a line of Python that succeeds. */
export const taskExampleId = 'spawn-5b0c6a1f93de4c27';

export const taskViewExample: TaskView = {
  spawn_id: taskExampleId,
  spawn_uuid: '5b0c6a1f-93de-4c27-a1b0-44d0e0a6c0de',
  correlation_id: exampleCorrelation,
  host: 'box',
  name: null,
  task_type: 'python',
  status: 'DONE',
  state: 'completed',
  exit_code: 0,
  signal: null,
  cause: 'exit',
  limit: null,
  peak_memory_mb: 14,
  cpu_ms: 3,
  mutation_level: 0,
  max_retries: 0,
  priority: 'P1',
  user_id: 'local',
  owner: 'admin',
  parent_id: null,
  metadata: {},
  ttl_seconds: 60,
  created_at: '2026-11-21T12:00:00.000Z',
  expires_at: '2026-11-21T12:01:00.000Z',
  started_at: '2026-11-21T12:00:00.040Z',
  finished_at: '2026-11-21T12:00:00.046Z',
  artifacts: [],
  refused: [],
  callback_url: null,
  error: null,
  detail: null,
};

export const taskResultExample: TaskResult = {
  ...taskViewExample,
  stdout: '1\n',
  stderr: '',
  stdout_truncated: false,
  stderr_truncated: false,
  stdout_dropped_bytes: 0,
  stderr_dropped_bytes: 0,
  queued_ms: 40,
  duration_ms: 6,
  attempts: [
    {
      attempt: 1,
      mutation_level: 0,
      state: 'completed',
      exit_code: 0,
      signal: null,
      cause: 'exit',
      limit: null,
      peak_memory_mb: 14,
      cpu_ms: 3,
      started_at: '2026-11-21T12:00:00.040Z',
      finished_at: '2026-11-21T12:00:00.046Z',
      detail: null,
    },
  ],
};

export const taskAnswerExample = {
  spawn_id: taskExampleId,
  spawn_uuid: taskViewExample.spawn_uuid,
  correlation_id: exampleCorrelation,
  status: 'QUEUED' as const,
  task_type: 'python' as const,
  error: null,
  created_at: taskViewExample.created_at,
};
