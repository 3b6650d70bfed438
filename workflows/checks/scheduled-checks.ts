import { setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { ScheduledEnd } from '../../activities/checks/schedules/deps.ts';
import type { ScheduledChecks } from './messages.ts';
import { schedulesOn } from '../proxies.ts';

/** One firing of a schedule: an ordinary run of checks, until it has ended. */
export async function scheduledChecks({ host, name }: ScheduledChecks): Promise<ScheduledEnd> {
  const { workflowId, runId, startTime } = workflowInfo();
  const end = await schedulesOn(host).runScheduled({
    name,
    firing: `${workflowId}/${runId}`,
    fired_at: startTime.getTime(),
  });
  setCurrentDetails(
    end.run_id === null ? `**missed** ${end.missed}` : `**${end.status}** ${end.run_id}`,
  );
  return end;
}
