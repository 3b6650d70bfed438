import { Context } from '@temporalio/activity';
import { VX11Error } from '../../contracts/errors.ts';
import type { CheckRunView } from '../../contracts/checks.ts';
import { windowIdOfRun } from '../../contracts/ids.ts';
import { loadWaitMs } from '../../domain/checks/load/read-load.ts';
import { longestMs } from '../../domain/checks/outcome.ts';
import { settleSuite } from '../../domain/checks/read-suites.ts';
import { selectSuites } from '../../domain/checks/select-suites.ts';
import type { Check, Suite } from '../../domain/checks/suite.ts';
import { startOrder } from '../../domain/services/start-order.ts';
import { servicesByName } from '../compose/catalog.ts';
import { withTraceParent } from '../../platform/trace-context.ts';
import { attempt } from '../heartbeat.ts';
import { hostEvent } from '../power/host/host.ts';
import type { CheckActivities, ResolvedRun } from './check-activities.ts';
import type { CheckDeps } from './deps.ts';
import { withMetrics } from './collect/metrics.ts';
import { keepLogs } from './collect/logs.ts';
import { withEvents } from './collect/events.ts';
import { endRun } from './end-run.ts';
import { concurrency, performChecks } from './perform.ts';
import { placeOfRun } from './place.ts';
import { planned } from './planned.ts';
import { taskWaitMs } from './kinds/run-as-task.ts';
import { surroundingsOf } from './surroundings.ts';
import { closeWindow, openWindow, windowOfRun } from './window.ts';
import { isoTime } from '../../platform/time.ts';

/** What the window lasts beyond the checks' own limits. */
const spareMs = 60_000;

export function createCheckActivities(deps: CheckDeps): CheckActivities {
  const { power } = deps;
  const { store, clock } = power;

  const runOf = async (run_id: string): Promise<CheckRunView> => {
    const run = await store.checks.find(run_id);
    if (run === null) throw new VX11Error('run_not_found', `${run_id} is not known.`);
    return run;
  };
  /** The suites of the run, as the file has them now. */
  const suitesOf = async (run: CheckRunView): Promise<readonly Suite[]> => {
    await power.catalog.current();
    const { suite } = run;
    const names = suite.split(',');
    const all = power.catalog.suites();
    const { suites } = selectSuites(all, { services: suite === 'all' ? [] : names });
    return run.settle_seconds === undefined ? suites : [...suites, settling(run, suites)];
  };

  const settling = ({ settle_seconds }: CheckRunView, suites: readonly Suite[]): Suite => {
    const awake = new Set(suites.flatMap(({ services }) => services));
    const services = power.catalog.known()!.services.filter(({ name }) => awake.has(name));
    const kept = services.map(({ name, tier, one_shot = false, has_healthcheck }) => ({
      name,
      one_shot,
      has_healthcheck,
      checks: undefined,
      implied: tier === 'window',
    }));
    return settleSuite(kept, settle_seconds!);
  };
  return {
    resolveChecks: ({ run_id }) =>
      attempt(async () => {
        const run = await runOf(run_id);
        const suites = await suitesOf(run);
        const problem = suites.find(({ problems }) => problems.length > 0);
        if (problem !== undefined) {
          const detail = `${problem.name}: ${problem.problems.join('; ')}`;
          return refusedRun('suite_invalid', detail);
        }
        const results = planned(suites);
        if (results.length === 0) {
          return refusedRun('nothing_ran', `The compose file has no check ${run.suite} any more.`);
        }
        await store.checks.plan(run_id, results);
        const byName = servicesByName(await power.catalog.current());
        const named = [...new Set(suites.flatMap((one) => one.services))];
        const mayWake = (name: string): boolean => {
          const service = byName.get(name);
          return service?.tier === 'window' && !(isUnasked(run) && service.auto_open === false);
        };
        // a file that Compose refuses wakes nothing: its checks say what Compose says
        const isRefused = power.catalog.refusal() !== null;
        const services = isRefused ? named : named.filter(mayWake);
        const held = startOrder(services, byName).flatMap((name) => byName.get(name) ?? []);
        const limit_ms =
          longestMs(suites.flatMap(unitsOf), concurrency) + loadsMs(suites) + spareMs / 2;
        const ttl_ms = limit_ms + spareMs;
        const most = Math.min(...held.map(({ max_ttl_ms }) => max_ttl_ms));
        const wakes = run.open === 'window' && services.length > 0 && !isRefused;
        if (wakes && ttl_ms > most) {
          const detail = `The checks may take ${Math.ceil(ttl_ms / 1000)} s, and max_ttl allows ${Math.floor(most / 1000)} s: shorten timeouts, check less at once, or raise max_ttl.`;
          return refusedRun('too_long', detail);
        }
        await store.checks.change(run_id, (known) => {
          if (known.status !== 'queued') return null;
          const started_at = isoTime(clock());
          const view: CheckRunView = { ...known, status: 'running', started_at, services };
          return { view, events: [runEvent('checks.running', view)] };
        });
        return { services: wakes ? services : [], ttl_ms, limit_ms, refused: null };
      }),
    openForChecks: ({ run_id, services, ttl_ms }) =>
      attempt(async () => {
        const run = await runOf(run_id);
        const byName = servicesByName(await power.catalog.current());
        const held = startOrder(services, byName).flatMap((name) => byName.get(name) ?? []);
        const max_ttl_ms = Math.min(...held.map((one) => one.max_ttl_ms), 14_400_000);
        const ask = { services, ttl_ms, max_ttl_ms };
        const window_id = windowIdOfRun(run_id);
        await store.checks.change(run_id, (view) => ({ view: { ...view, window_id }, events: [] }));
        const { cancellationSignal } = Context.current();
        return withEvents(deps, run, () =>
          withTraceParent(run_id, () =>
            openWindow(deps, windowOfRun(deps, run), ask, cancellationSignal),
          ),
        );
      }),
    performChecks: ({ run_id }) =>
      attempt(async () => {
        const run = await runOf(run_id);
        const suites = await suitesOf(run);
        const around = await surroundingsOf(power, run, suites);
        const { cancellationSignal } = Context.current();
        const place = placeOfRun(power, run);
        const work = () =>
          withTraceParent(run_id, () =>
            performChecks(deps, place, suites, around, cancellationSignal),
          );
        try {
          await withEvents(deps, run, () => withMetrics(deps, run, work));
        } finally {
          await keepLogs(deps, run, suites);
        }
      }),
    closeAfterChecks: ({ run_id }) =>
      attempt(async () => {
        const run = await runOf(run_id);
        await withEvents(deps, run, () => closeWindow(deps, windowOfRun(deps, run)));
      }),
    endChecks: (input) => attempt(async () => endRun(deps, await runOf(input.run_id), input)),
  };

  function runEvent(type: 'checks.running', run: CheckRunView) {
    return hostEvent(power, type, run.owner, {
      correlation_id: run.correlation_id,
      payload: { run_id: run.run_id, suite: run.suite, services: run.services },
    });
  }
}

/** A schedule that names no suite wakes nothing that only people may wake: its checks are `off_by_policy`. */
const isUnasked = ({ trigger, suite }: CheckRunView): boolean =>
  trigger === 'schedule' && suite === 'all';

const refusedRun = (cause: string, detail: string): ResolvedRun => ({
  services: [],
  ttl_ms: 0,
  limit_ms: 0,
  refused: { cause, detail },
});

const limitOf = ({ kind, timeout_ms, for_ms, retries }: Check): number =>
  (timeout_ms + for_ms + (kind === 'task' ? taskWaitMs : 0)) * (retries + 1);

/** What a suite needs at the longest: in order as a whole, side by side each check alone. */
function unitsOf({ kind, checks }: Suite): number[] {
  const limits = checks.map(limitOf);
  return kind === 'suite' ? [limits.reduce((sum, ms) => sum + ms, 0)] : limits;
}

/** Loads run one after the other, each after the one of another run that it may have to wait for. */
const loadsMs = (suites: readonly Suite[]): number =>
  suites.reduce((sum, { load }) => sum + (load === null ? 0 : load.within_ms + loadWaitMs), 0);
