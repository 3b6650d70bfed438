import {
  ActivityFailure,
  CancellationScope,
  isCancellation,
  log,
  setCurrentDetails,
  setHandler,
  sleep,
  TimeoutFailure,
  upsertSearchAttributes,
} from '@temporalio/workflow';
import type { TaskReport, AttemptOutcome } from '../activities/tasks/task-activities.ts';
import { endSpawn, type EndTask, type TaskOnce } from './messages.ts';
import { keeperOn, spawnerOn } from './proxies.ts';
import { searchAttributes } from './search-attributes.ts';

/** Runs a task to its end: up to the requested number of attempts, each of which ends even if processes die. */
export async function spawnOnce(input: TaskOnce): Promise<TaskReport> {
  const { spawn_id, host, priority } = input;
  const keeper = keeperOn(host);
  const requested: { end: EndTask | null } = { end: null };
  const work = new CancellationScope();
  setHandler(endSpawn, (request) => {
    requested.end ??= request;
    work.cancel();
  });

  const giveUp = (attempt: number, verdict: AttemptOutcome): Promise<TaskReport> =>
    CancellationScope.nonCancellable(() =>
      keeper.ending.finishAttempt({ spawn_id, attempt, verdict }),
    );
  const tryOnce = async (attempt: number): Promise<TaskReport> => {
    const leftMs = input.expires_at - Date.now();
    if (requested.end === null && leftMs <= 0) return giveUp(attempt, 'out_of_time');
    try {
      const spawner = spawnerOn(host, { leftMs: Math.max(1, leftMs), attempt, priority });
      return await work.run(() => spawner.runAttempt({ spawn_id, attempt }));
    } catch (error) {
      if (isCancellation(error)) requested.end ??= { reason: 'cancelled', by: 'Temporal' };
      else log.warn('an attempt could not say how it ended', { spawn_id, attempt, error });
      return giveUp(attempt, requested.end?.reason ?? verdictOn(error));
    }
  };

  let report: TaskReport;
  for (let attempt = 1; ; attempt += report.again === true ? 0 : 1) {
    setCurrentDetails(`**attempt ${attempt}** of ${spawn_id}`);
    report = await tryOnce(attempt);
    if (report.ended) break;
    const { pause_ms } = report;
    if (pause_ms > 0) await work.run(() => sleep(pause_ms)).catch(() => undefined); // the next try handles the end
  }
  return CancellationScope.nonCancellable(async () => {
    setCurrentDetails(`**${report.state}** · ${spawn_id}`);
    upsertSearchAttributes([{ key: searchAttributes.state, value: report.state }]);
    if (report.state === 'cancelled') {
      await keeper.ending.endDaughters({ spawn_id, by: requested.end?.by ?? 'spawner' });
    }
    // the event log has the outcome
    if (input.callback) await keeper.callbacks.deliverCallback({ spawn_id }).catch(() => undefined);
    return report;
  });
}

/** An attempt that never started is out of time. One without heartbeats may be lost, or only its heartbeats may be. */
function verdictOn(error: unknown): AttemptOutcome {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof TimeoutFailure)) return 'lost';
  return cause.timeoutType?.startsWith('SCHEDULE_TO') ? 'out_of_time' : 'unheard';
}
