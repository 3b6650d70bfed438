import type { TaskView } from '../contracts/task.ts';
import { taskWorkflowId } from '../contracts/ids.ts';
import { spawnerService, workflowQueue } from '../contracts/queues.ts';
import { taskTitle } from '../domain/tasks/task.ts';
import type { TaskOnce } from './messages.ts';
import { searchAttributes } from './search-attributes.ts';

/** The start options of a task's workflow for any caller: it starts once and is never restarted. */
export const taskStart = (view: TaskView) => ({
  workflowId: taskWorkflowId(view.spawn_id),
  workflowIdConflictPolicy: 'USE_EXISTING' as const,
  workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
  taskQueue: workflowQueue,
  workflowTaskTimeout: '2s' as const,
  args: [
    {
      spawn_id: view.spawn_id,
      host: view.host,
      expires_at: Date.parse(view.expires_at),
      priority: view.priority,
      callback: view.callback_url !== null,
    },
  ] as [TaskOnce],
  memo: {
    task_type: view.task_type,
    user_id: view.user_id,
    owner: view.owner,
    parent_id: view.parent_id,
    correlation_id: view.correlation_id,
  },
  staticSummary: taskTitle(view).slice(0, 200),
  typedSearchAttributes: [
    { key: searchAttributes.services, value: [spawnerService] },
    { key: searchAttributes.owner, value: view.owner },
    { key: searchAttributes.host, value: view.host },
    { key: searchAttributes.state, value: 'queued' },
    { key: searchAttributes.deadline, value: new Date(view.expires_at) },
  ],
});
