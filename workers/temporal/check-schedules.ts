import { ScheduleNotFoundError, ScheduleOverlapPolicy, type Client } from '@temporalio/client';
import type { ScheduleCalls } from '../../activities/checks/schedules/deps.ts';
import { checkScheduleId } from '../../contracts/ids.ts';
import { workflowQueue } from '../../contracts/queues.ts';
import type { ScheduledChecks } from '../../workflows/checks/messages.ts';
import { ensureSchedule } from './ensure-schedule.ts';
import { callMs, within } from './within.ts';

/** A run whose host is gone does not keep its schedule from firing for longer than this. */
const longestRun = '1d';

/** Makes the calls about the Schedules of checks to Temporal, over the connection of this process. */
export function checkSchedules(client: Client): ScheduleCalls {
  const handleOf = (host: string, name: string) =>
    client.schedule.getHandle(checkScheduleId(host, name));
  const orGone = async <T>(call: () => Promise<T>): Promise<T | null> => {
    try {
      return await within(client, callMs, call);
    } catch (error) {
      if (error instanceof ScheduleNotFoundError) return null;
      throw error;
    }
  };
  return {
    look: (host, name) =>
      orGone(async () => {
        const { state, info } = await handleOf(host, name).describe();
        const { nextActionTimes, numActionsSkippedOverlap, numActionsMissedCatchupWindow } = info;
        return {
          paused: state.paused,
          note: state.paused ? (state.note ?? null) : null,
          next: nextActionTimes.map((time) => time.toISOString()),
          skipped: numActionsSkippedOverlap,
          missed: numActionsMissedCatchupWindow,
        };
      }),
    write(host, one, { paused, note }) {
      const id = checkScheduleId(host, one.name);
      return ensureSchedule(client, id, {
        spec: {
          cronExpressions: one.cron,
          intervals: one.every_seconds === null ? [] : [{ every: one.every_seconds * 1000 }],
          timezone: one.timezone,
          jitter: one.jitter_seconds * 1000,
        },
        action: {
          type: 'startWorkflow',
          workflowType: 'scheduledChecks',
          workflowId: id,
          taskQueue: workflowQueue,
          args: [{ host, name: one.name }] as [ScheduledChecks],
          workflowTaskTimeout: '2s',
          workflowExecutionTimeout: longestRun,
        },
        policies: {
          overlap: ScheduleOverlapPolicy.SKIP,
          catchupWindow: one.catchup_seconds * 1000,
        },
        state: {
          paused: paused || one.paused,
          note: one.paused ? 'paused in the compose file' : (note ?? ''),
        },
      });
    },
    remove: async (host, name) => void (await orGone(() => handleOf(host, name).delete())),
  };
}
