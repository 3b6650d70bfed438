import {
  ScheduleAlreadyRunning,
  type Client,
  type ScheduleUpdateOptions,
} from '@temporalio/client';
import { within } from './within.ts';

const callMs = 5000;

/** Creates a Schedule, or changes it to this: its spec is never merged with the one that Temporal has. */
export const ensureSchedule = (
  client: Client,
  scheduleId: string,
  schedule: ScheduleUpdateOptions,
): Promise<void> =>
  within(client, callMs, async () => {
    try {
      await client.schedule.create({ scheduleId, ...schedule });
    } catch (error) {
      if (!(error instanceof ScheduleAlreadyRunning)) throw error;
      await client.schedule.getHandle(scheduleId).update(() => schedule);
    }
  });
