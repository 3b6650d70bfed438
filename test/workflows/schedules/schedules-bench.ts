import type { WorkflowHandle } from '@temporalio/client';
import type { WindowScheduleActivities } from '../../../activities/schedules/deps.ts';
import { newId, windowScheduleWorkflowId } from '../../../contracts/ids.ts';
import { powerQueue } from '../../../contracts/queues.ts';
import type { windowSchedule } from '../../../workflows/schedules/window-schedule.ts';
import { testBundle } from '../temporal-bench.ts';
import { connectWorkers } from '../workers.ts';

export interface SchedulesBench {
  /** @param waits how far off the next time is, in ms, for each call; afterwards there is none */
  start(waits: number[]): Promise<WorkflowHandle<typeof windowSchedule>>;
  stop(): Promise<void>;
}

/** The real workflow of a scheduled window; when it opens is in memory. */
export async function startSchedulesBench(address: string): Promise<SchedulesBench> {
  const workflowBundle = await testBundle();
  const workers = await connectWorkers(address);
  await workers.start({ taskQueue: workers.taskQueue, workflowBundle });
  return {
    async start(waits) {
      const host = `recorded-${newId('run').slice(4, 8)}`;
      const left = [...waits];
      const activities: WindowScheduleActivities = {
        async attendSchedule() {
          const wait = left.shift();
          return { next_at: wait === undefined ? null : Date.now() + wait };
        },
      };
      await workers.start({ taskQueue: powerQueue(host), activities });
      const { workflowId, firstExecutionRunId } = await workers.client.workflow.start<
        typeof windowSchedule
      >('windowSchedule', {
        workflowId: windowScheduleWorkflowId(host, 'nightly'),
        taskQueue: workers.taskQueue,
        args: [{ host, name: 'nightly' }],
      });
      // the first run, whatever follows it
      return workers.client.workflow.getHandle<typeof windowSchedule>(
        workflowId,
        firstExecutionRunId,
      );
    },
    stop: () => workers.stop(),
  };
}
