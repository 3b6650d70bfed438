import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { autonomyScheduleId } from '../../contracts/ids.ts';
import { workflowQueue } from '../../contracts/queues.ts';
import type { AutonomousCycle } from '../../workflows/messages.ts';

const callMs = 5000;

/** Makes the Schedule of madre's loop as it is to be now, whatever an earlier version or setting left. */
export async function ensureAutonomySchedule(
  client: Client,
  { host, seconds, running }: { host: string; seconds: number; running: boolean },
): Promise<void> {
  const scheduleId = autonomyScheduleId(host);
  const schedule = {
    spec: { intervals: [{ every: seconds * 1000 }] },
    action: {
      type: 'startWorkflow' as const,
      workflowType: 'autonomousCycle',
      workflowId: scheduleId,
      taskQueue: workflowQueue,
      args: [{ host }] as [AutonomousCycle],
      workflowTaskTimeout: '2s' as const,
      // longer than all its activities may take together, so that no round stands in the way for good
      workflowExecutionTimeout: '5m' as const,
    },
    // a round that is late or missed is not made up for: the next one sees all that it would have seen
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1m' as const },
    state: { paused: !running, note: running ? 'started' : 'stopped' },
  };
  await client.connection.withDeadline(Date.now() + callMs, async () => {
    try {
      await client.schedule.create({ scheduleId, ...schedule });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      await client.schedule.getHandle(scheduleId).update(() => schedule);
    }
  });
}

/** A round now, also while the Schedule is paused; none beside one that is under way. */
export const triggerRound = (client: Client, host: string): Promise<void> =>
  client.connection.withDeadline(Date.now() + callMs, () =>
    client.schedule.getHandle(autonomyScheduleId(host)).trigger(ScheduleOverlapPolicy.SKIP),
  );
