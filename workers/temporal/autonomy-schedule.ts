import { ScheduleAlreadyRunning, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { autonomyScheduleId } from '../../contracts/ids.ts';
import { workflowQueue } from '../../contracts/queues.ts';
import type { AutonomousCycle } from '../../workflows/messages.ts';

const callMs = 5000;

/** Creates the Schedule of madre's loop, or updates it to the current version and settings. */
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
      // longer than all its activities together, so that a stuck round does not block the next ones forever
      workflowExecutionTimeout: '5m' as const,
    },
    // a missed round is not repeated: the next one observes everything that it would have observed
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

/** Triggers a round now, even while the Schedule is paused; skipped if one is under way. */
export const triggerRound = (client: Client, host: string): Promise<void> =>
  client.connection.withDeadline(Date.now() + callMs, () =>
    client.schedule.getHandle(autonomyScheduleId(host)).trigger(ScheduleOverlapPolicy.SKIP),
  );
