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
import type { Refusal } from '../../activities/checks/check-activities.ts';
import type { CheckRunView } from '../../contracts/checks.ts';
import { cancelChecks, type ChecksEnd, type RunChecks } from './messages.ts';
import { checksOn } from '../proxies.ts';
import { searchAttributes } from '../search-attributes.ts';
import { untilDone } from '../until-done.ts';

/** Opens a window for what it checks, checks it, and closes the window whatever happens; the report has the receipt. */
export async function runChecks({ run_id, host, ...earlier }: RunChecks): Promise<CheckRunView> {
  const checks = checksOn(host);
  const work = new CancellationScope();
  let { cancelled, cancelled_by = null, refused }: ChecksEnd = earlier.end ?? noEnd;
  setHandler(cancelChecks, (by) => {
    if (!cancelled) cancelled_by = by ?? null;
    cancelled = true;
    work.cancel();
  });

  async function check(): Promise<void> {
    const { services, ttl_ms, limit_ms, ...resolved } = await checks.quick.resolveChecks({
      run_id,
    });
    refused = resolved.refused;
    if (refused !== null) return;
    if (services.length > 0) {
      setCurrentDetails(`**opening** ${services.join(', ')}`);
      refused = await checks.opening.openForChecks({ run_id, services, ttl_ms });
      if (refused !== null) return;
    }
    setCurrentDetails('**checking**');
    await checks.performing(limit_ms).performChecks({ run_id });
  }

  try {
    if (earlier.end === undefined) await work.run(check);
  } catch (error) {
    if (isCancellation(error)) cancelled = true;
    else refused = failureOf(error);
  }
  return CancellationScope.nonCancellable(async () => {
    setCurrentDetails('**closing**');
    const end = { cancelled, cancelled_by, refused };
    const newRun = () => continueAsNew<typeof runChecks>({ run_id, host, end });
    const finish = async (): Promise<CheckRunView> => {
      await checks.ending.closeAfterChecks({ run_id });
      return checks.ending.endChecks({ run_id, ...end });
    };
    const run = await untilDone('the end of a run of checks cannot be written', finish, newRun);
    setCurrentDetails(`**${run.status}** ${run.detail ?? ''}`);
    upsertSearchAttributes([{ key: searchAttributes.state, value: run.status }]);
    return run;
  });
}

const noEnd: ChecksEnd = { cancelled: false, refused: null };

/** Why a run broke off: an activity that ran out of retries or of time. */
function failureOf(error: unknown): Refusal {
  log.warn('a run of checks broke off', { error });
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const detail = cause instanceof Error ? cause.message : String(cause);
  const word = cause instanceof ApplicationFailure ? cause.type : null;
  return { cause: word ?? 'interrupted', detail };
}
