import type { Client } from '@temporalio/client';
import type { WindowScheduleRuns } from '../../../activities/schedules/deps.ts';
import { windowScheduleWorkflowId } from '../../../contracts/ids.ts';
import { workflowQueue } from '../../../contracts/queues.ts';
import { scheduleChanged, type WindowSchedule } from '../../../workflows/schedules/messages.ts';
import { isRunning } from '../is-running.ts';
import { callMs, within } from '../within.ts';

/** Makes the calls of scheduled windows to Temporal, over the connection of this process. */
export const windowScheduleRuns = (client: Client): WindowScheduleRuns => ({
  async attend(host, name) {
    const call = () =>
      client.workflow.signalWithStart('windowSchedule', {
        workflowId: windowScheduleWorkflowId(host, name),
        taskQueue: workflowQueue,
        workflowTaskTimeout: '2s',
        args: [{ host, name }] as [WindowSchedule],
        signal: scheduleChanged,
        staticSummary: `windows of the schedule ${name}`,
      });
    await within(client, callMs, call);
  },
  runs: (host, name) => isRunning(client, windowScheduleWorkflowId(host, name)),
});
