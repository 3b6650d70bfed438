import { Context } from '@temporalio/activity';
import type { CheckRunView } from '../../../contracts/checks.ts';
import { runHasEnded } from '../../../domain/checks/outcome.ts';
import { placeRun, refusalText } from '../../../domain/checks/place-run.ts';
import { queuedEvent, queuedRun } from '../../../domain/checks/queued-run.ts';
import { scheduleActor } from '../../../domain/checks/schedule-act.ts';
import { sha256 } from '../../../platform/hash.ts';
import { attempt } from '../../heartbeat.ts';
import { hostEvent } from '../../power/host/host.ts';
import { awaitStored } from '../../stored-work.ts';
import type { ScheduleActivities, ScheduleDeps } from './deps.ts';

const lookEveryMs = 200;

export const createScheduleActivities = (deps: ScheduleDeps): ScheduleActivities => ({
  runScheduled: ({ name, firing, fired_at }) =>
    attempt(async () => {
      const { store } = deps.power;
      const run_id = `run-${sha256(firing).slice(0, 16)}`;
      const known =
        (await store.checks.find(run_id)) ?? (await begin(deps, name, run_id, fired_at));
      if (typeof known === 'string') return { run_id: null, missed: known };
      // a run without a workflow is started, or ended, by the host's own round
      if (!runHasEnded(known)) await deps.runs().startChecks(known);
      const { cancellationSignal: signal } = Context.current();
      const { status } = await awaitStored(store.checks, run_id, runHasEnded, {
        everyMs: lookEveryMs,
        signal,
      });
      return { run_id, status };
    }),
});

/** Stores the run of a firing. @returns why there is none */
async function begin(
  { power, fired }: ScheduleDeps,
  name: string,
  run_id: string,
  fired_at: number,
): Promise<CheckRunView | string> {
  const { store, clock, host } = power;
  const actor = scheduleActor(name);
  const missed = async (why: string): Promise<string> => {
    const payload = { schedule: name, why };
    await store.schedules.lost(host, name, [
      hostEvent(power, 'schedule.missed', actor, { payload }),
    ]);
    fired(name, 'missed');
    return why;
  };
  const catalog = await power.catalog.current();
  const schedule = catalog.schedules?.find((one) => one.name === name);
  if (schedule === undefined) return missed('the compose file has no such schedule any more');
  if (schedule.problems.length > 0) return missed(schedule.problems.join('; '));
  // while madre was away, the firing waited
  const late = clock() - fired_at - schedule.catchup_seconds * 1000;
  if (late > 0) return missed('madre was away for longer than `catchup` allows');
  const { suites, open, flaky } = schedule;
  const placed = placeRun([catalog], { services: suites });
  if (!placed.ok) return missed(refusalText(placed));
  const { ok: _, ...what } = placed;
  const reason = schedule.reason ?? `schedule ${name}`;
  const by = { owner: actor, trigger: 'schedule', reason, correlation_id: run_id } as const;
  const run = queuedRun({ ...what, ...by, run_id, open, flaky }, clock());
  const { view } = await store.checks.create(run, [queuedEvent(run, null, clock())], null);
  await store.schedules.fired(host, name, run_id, clock());
  fired(name, 'started');
  return view;
}
