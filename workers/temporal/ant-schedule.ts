import { ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import { antsScheduleId } from '../../contracts/ids.ts';
import { workflowQueue } from '../../contracts/queues.ts';
import type { RunAnts } from '../../workflows/incidents/start.ts';
import { ensureSchedule } from './ensure-schedule.ts';

/** Creates the Schedule of a host's ants, or updates it to the current version and settings. */
export const ensureAntSchedule = (
  client: Client,
  { host, seconds }: { host: string; seconds: number },
): Promise<void> =>
  ensureSchedule(client, antsScheduleId(host), {
    spec: { intervals: [{ every: seconds * 1000 }] },
    action: {
      type: 'startWorkflow',
      workflowType: 'runAnts',
      workflowId: antsScheduleId(host),
      taskQueue: workflowQueue,
      args: [{ host, all: false, correlation_id: antsScheduleId(host) }] as [RunAnts],
      workflowTaskTimeout: '2s',
      workflowExecutionTimeout: '3m',
    },
    // a missed round is not repeated: the next one sees what it would have seen
    policies: { overlap: ScheduleOverlapPolicy.SKIP, catchupWindow: '30s' },
    state: {},
  });
