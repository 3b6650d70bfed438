import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { StartableTaskRuns } from '../../../activities/tasks/run-to-end.ts';
import { taskWorkflowId } from '../../../contracts/ids.ts';
import { endSpawn } from '../../../workflows/messages.ts';
import { taskStart } from '../../../workflows/task-start.ts';
import { isRunning } from '../is-running.ts';
import { unlessStarted } from '../unless-started.ts';
import { callMs, within } from '../within.ts';

/** Makes the calls to Temporal about tasks. */
export const taskRuns = (client: Client): StartableTaskRuns => ({
  async start(view) {
    const start = () => client.workflow.start('spawnOnce', taskStart(view));
    await within(client, callMs, start).catch(unlessStarted);
  },
  runs: (taskId) => isRunning(client, taskWorkflowId(taskId)),
  async end(taskId, message) {
    const handle = client.workflow.getHandle(taskWorkflowId(taskId));
    try {
      await within(client, callMs, () => handle.signal(endSpawn, message));
    } catch (error) {
      if (!(error instanceof WorkflowNotFoundError)) throw error;
    }
  },
  async endAndCallBack(view, message) {
    try {
      await within(client, callMs, () =>
        client.workflow.signalWithStart('spawnOnce', {
          ...taskStart(view),
          // a terminated workflow has delivered no callback
          workflowIdReusePolicy: 'ALLOW_DUPLICATE_FAILED_ONLY',
          signal: endSpawn,
          signalArgs: [message],
        }),
      );
      return true;
    } catch (error) {
      unlessStarted(error);
      return false;
    }
  },
});
