import {
  ActivityFailure,
  ApplicationFailure,
  CancellationScope,
  continueAsNew,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { RepairOutcome } from '../../activities/repair/repair-activities.ts';
import type { RepairView } from '../../contracts/repair.ts';
import { outOfTime } from '../../domain/repair/ends.ts';
import { repairsOn } from '../proxies.ts';
import { cancelRepair, type Repair } from './messages.ts';
import { searchAttributes } from '../search-attributes.ts';
import { untilDone } from '../until-done.ts';

/**
 * Reproduces a red run in a copy, tries what may mend it in further copies, and makes a plan of what is proved. Nothing but
 * that plan changes the stack.
 */
export async function repair({ repair_id, host, ...earlier }: Repair): Promise<RepairView> {
  const work = new CancellationScope();
  const cancelled: { by: string | null } = { by: null };
  setHandler(cancelRepair, (by) => {
    cancelled.by ??= by.actor;
    work.cancel();
  });
  const { quick, trying, waiting, ending } = repairsOn(host);

  /** One cycle: analyse, try, propose, wait. @returns null if another cycle may help */
  async function cycleOnce(cycle: number, until: number): Promise<RepairOutcome | null> {
    setCurrentDetails(`**analysing**, cycle ${cycle}`);
    const { candidates, end } = await trying.analyse({ repair_id, cycle, until });
    if (end !== null) return end;
    for (let nth = 1; nth <= candidates; nth += 1) {
      if (Date.now() >= until) return outOfTime;
      setCurrentDetails(`**trying** ${nth} of ${candidates}, cycle ${cycle}`);
      const verdict = await trying.tryCandidate({ repair_id, cycle, nth, until });
      if (verdict !== 'proved') continue;
      const proposed = await quick.propose({ repair_id, cycle, nth });
      if ('end' in proposed) return proposed.end;
      setCurrentDetails(`**waiting** for ${proposed.plan_id}`);
      const { plan_id } = proposed;
      const { again, ...outcome } = await waiting.awaitPlan({ repair_id, cycle, plan_id });
      return again ? null : outcome;
    }
    return Date.now() >= until ? outOfTime : noCandidate(candidates);
  }

  async function repeat(): Promise<RepairOutcome> {
    const { cycles, limit_ms, refused } = await quick.resolveRepair({ repair_id });
    if (refused !== null) return refused;
    const until = Date.now() + limit_ms;
    for (let cycle = 1; cycle <= cycles; cycle += 1) {
      const end = Date.now() >= until ? outOfTime : await cycleOnce(cycle, until);
      if (end !== null) return end;
    }
    const detail = `${cycles} patches were tried on the stack and taken back. Look at what they changed: vx11 patch list`;
    return { status: 'gave_up', cause: 'cycles', detail, cancelled_by: null };
  }

  let end: RepairOutcome;
  try {
    end = earlier.end ?? (await work.run(repeat));
  } catch (error) {
    end = isCancellation(error)
      ? { status: 'cancelled', cause: 'cancelled', detail: null, cancelled_by: cancelled.by }
      : failureOf(error);
  }
  return CancellationScope.nonCancellable(async () => {
    const newRun = () => continueAsNew<typeof repair>({ repair_id, host, end });
    const finish = () => ending.endRepair({ repair_id, end });
    const view = await untilDone('the end of a repair cannot be written', finish, newRun);
    setCurrentDetails(`**${view.status}** ${view.detail ?? ''}`);
    upsertSearchAttributes([{ key: searchAttributes.state, value: view.status }]);
    return view;
  });
}

const noCandidate = (tried: number): RepairOutcome => ({
  status: 'no_candidate',
  cause: 'not_proved',
  detail: `${tried} ${tried === 1 ? 'change was' : 'changes were'} tried in a copy, and none is proved. The folder of the repair says why.`,
  cancelled_by: null,
});

/** Why a repair broke off: an activity that ran out of retries or of time. */
function failureOf(error: unknown): RepairOutcome {
  log.warn('a repair broke off', { error });
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const detail = cause instanceof Error ? cause.message : String(cause);
  const word = cause instanceof ApplicationFailure ? cause.type : null;
  return { status: 'error', cause: word ?? 'interrupted', detail, cancelled_by: null };
}
