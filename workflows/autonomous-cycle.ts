import { log, setCurrentDetails, workflowInfo } from '@temporalio/workflow';
import type { CarriedOut } from '../activities/autonomy/autonomy-activities.ts';
import { chosen } from '../domain/autonomy/decide.ts';
import type { AutonomousCycle } from './messages.ts';
import { madreAutonomy } from './proxies.ts';

/** The result of one round; null if nothing had changed since the previous one. */
export type CycleResult = CarriedOut | null;

/**
 * One round of madre's loop: observe, reason, decide, delegate, report. It ends after the observation if nothing has
 * changed since the previous round. If the model does not answer, rules decide.
 */
export async function autonomousCycle({ host }: AutonomousCycle): Promise<CycleResult> {
  const autonomy = madreAutonomy(host);
  const { workflowId, runId } = workflowInfo();
  const round = await autonomy.quick.observe({ cycle_id: `${workflowId}/${runId}` });
  if (!round.changed) return null;
  const reasoning =
    round.verdict.eligible.length === 0
      ? null
      : await autonomy.slow.reason(round).catch((error: unknown) => {
          log.warn('the model could not be asked', { error });
          return null;
        });
  const said =
    reasoning === null || reasoning.choice === null || reasoning.confidence === null
      ? null
      : { choice: reasoning.choice, confidence: reasoning.confidence };
  const { choice, by } = chosen(round.verdict, said);
  setCurrentDetails(`**${choice.action}** (by ${by}): ${choice.because}`);
  return autonomy.quick.carryOut({ round, choice, by, reasoning });
}
