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
import type { SpawnReport, AttemptOutcome } from '../activities/tasks/spawn-activities.ts';
import { endSpawn, type EndSpawn, type SpawnOnce } from './messages.ts';
import { keeperOn, spawnerOn } from './proxies.ts';
import { searchAttributes } from './search-attributes.ts';

/** Sees a task to its end: attempts, as many as were asked for, each of which ends, whoever dies meanwhile. */
export async function spawnOnce(input: SpawnOnce): Promise<SpawnReport> {
  const { spawn_id, host, priority } = input;
  const keeper = keeperOn(host);
  const told: { end: EndSpawn | null } = { end: null };
  const work = new CancellationScope();
  setHandler(endSpawn, (request) => {
    told.end ??= request;
    work.cancel();
  });

  const giveUp = (attempt: number, verdict: AttemptOutcome): Promise<SpawnReport> =>
    CancellationScope.nonCancellable(() =>
      keeper.ending.finishAttempt({ spawn_id, attempt, verdict }),
    );
  const tryOnce = async (attempt: number): Promise<SpawnReport> => {
    const leftMs = input.expires_at - Date.now();
    if (told.end === null && leftMs <= 0) return giveUp(attempt, 'out_of_time');
    try {
      const spawner = spawnerOn(host, { leftMs: Math.max(1, leftMs), attempt, priority });
      return await work.run(() => spawner.runAttempt({ spawn_id, attempt }));
    } catch (error) {
      if (isCancellation(error)) told.end ??= { reason: 'cancelled', by: 'Temporal' };
      else log.warn('an attempt could not say how it ended', { spawn_id, attempt, error });
      return giveUp(attempt, told.end?.reason ?? verdictOn(error));
    }
  };

  let report: SpawnReport;
  for (let attempt = 1; ; attempt += report.again === true ? 0 : 1) {
    setCurrentDetails(`**attempt ${attempt}** of ${spawn_id}`);
    report = await tryOnce(attempt);
    if (report.ended) break;
    const { pause_ms } = report;
    if (pause_ms > 0) await work.run(() => sleep(pause_ms)).catch(() => undefined); // the next try sees why
  }
  return CancellationScope.nonCancellable(async () => {
    setCurrentDetails(`**${report.state}** · ${spawn_id}`);
    upsertSearchAttributes([{ key: searchAttributes.state, value: report.state }]);
    if (report.state === 'cancelled') {
      await keeper.ending.endDaughters({ spawn_id, by: told.end?.by ?? 'spawner' });
    }
    // what became of it is in the event log
    if (input.callback) await keeper.telling.deliverCallback({ spawn_id }).catch(() => undefined);
    return report;
  });
}

/** An attempt that waited in vain is out of time; one that is not heard of may be lost, or only its heartbeats. */
function verdictOn(error: unknown): AttemptOutcome {
  const cause = error instanceof ActivityFailure ? error.cause : error;
  if (!(cause instanceof TimeoutFailure)) return 'lost';
  return cause.timeoutType?.startsWith('SCHEDULE_TO') ? 'out_of_time' : 'unheard';
}
