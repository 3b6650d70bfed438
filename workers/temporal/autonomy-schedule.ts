import { ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { autonomyScheduleId } from '../../contracts/ids.ts';
import { workflowQueue } from '../../contracts/queues.ts';
import type { AutonomousCycle } from '../../workflows/messages.ts';
import { ensureSchedule } from './ensure-schedule.ts';
import { callMs, within } from './within.ts';

/** Creates the Schedule of madre's loop, or updates it to the current version and settings. */
export const ensureAutonomySchedule = (
  client: Client,
  { host, seconds, running }: { host: string; seconds: number; running: boolean },
): Promise<void> =>
  ensureSchedule(client, autonomyScheduleId(host), {
    spec: { intervals: [{ every: seconds * 1000 }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'autonomousCycle',
      workflowId: autonomyScheduleId(host),
      taskQueue: workflowQueue,
      args: [{ host }] as [AutonomousCycle],
      workflowTaskTimeout: '2s',
      // longer than all its activities together, so that a stuck round does not block the next ones forever
      workflowExecutionTimeout: '5m',
    },
    // a missed round is not repeated: the next one observes everything that it would have observed
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '1m' },
    state: { paused: !running, note: running ? 'started' : 'stopped' },
  });

/** Triggers a round now, even while the Schedule is paused; skipped if one is under way. */
export const triggerRound = (client: Client, host: string): Promise<void> =>
  within(client, callMs, () =>
    client.schedule.getHandle(autonomyScheduleId(host)).trigger(ScheduleOverlapPolicy.SKIP),
  );
