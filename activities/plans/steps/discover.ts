import { idOfStep } from '../../../contracts/ids.ts';
import type { ProgramScan } from '../../../contracts/programs.ts';
import { hermesService } from '../../../contracts/queues.ts';
import { queuedScan, scanHasEnded } from '../../../domain/programs/scan.ts';
import { programTable } from '../../../domain/programs/table.ts';
import type { StepEnd } from '../../../domain/plans/plan-state.ts';
import type { ModelSearch, PullRuns } from '../../models/deps.ts';
import type { ScanDeps } from '../../programs/deps.ts';
import { awaitStored } from '../../stored-work.ts';
import { readWorld } from '../facts.ts';
import { broken, done, type RoleWork } from '../ports.ts';
import { pullForPlan } from './pull-model.ts';

const lookEveryMs = 200;
/** What a step may call a scan for programs. */
const actions: ReadonlySet<string> = new Set(['discover', 'scan', 'clis']);
/** What it may call a search for models. */
const searches: ReadonlySet<string> = new Set(['search', 'models']);
/** Everything that hermes does for plans. */
export const hermesActions: ReadonlySet<string> = new Set([...actions, ...searches, 'pull']);

/** The work of hermes for plans: a scan for programs, a search for models, or a pull, on a host where hermes is awake. */
export const discoverForPlan =
  (
    deps: Pick<ScanDeps, 'store' | 'clock' | 'runs'> & {
      models: () => ModelSearch & PullRuns;
    },
  ): RoleWork =>
  async (plan, call, signal) => {
    const { action, text, step_id } = call;
    if (!hermesActions.has(action)) {
      const detail = `hermes takes "discover", "search" and "pull" from plans, and no "${action}".`;
      return broken({ code: 'unknown_action', detail, may_retry: false });
    }
    const { store } = deps;
    const { services } = await readWorld(store);
    const awake = services.find(({ name, asleep }) => name === hermesService && !asleep);
    if (awake === undefined)
      return broken({ code: 'off_by_policy', detail: 'hermes fell asleep. Open it again.' });
    const { host } = awake;
    if (searches.has(action)) return search(deps.models(), host, text);
    if (action === 'pull') return pullForPlan(deps, plan, host, call, signal);
    const { actor: owner, correlation_id } = plan;
    const scan_id = idOfStep('scan', plan.plan_id, step_id);
    const request = { scan_id, host, owner, correlation_id, refresh: false };
    const principal = (await store.plans.people(plan.plan_id))?.actor.principal ?? null;
    const fresh = queuedScan(request, programTable.size, deps.clock());
    const { view } = await store.programs.create(fresh, [], principal);
    if (!scanHasEnded(view)) await deps.runs().startScan(view);
    const scan: ProgramScan = await awaitStored(store.programs, scan_id, scanHasEnded, {
      everyMs: lookEveryMs,
      signal,
    });
    const { status, found, usable, asked, cause, detail } = scan;
    const result = { scan_id, host, status, found, usable, asked };
    if (status === 'done') return done(result);
    return broken({ code: cause ?? 'scan_failed', detail: detail ?? 'The scan failed.' }, result);
  };

async function search(models: ModelSearch, host: string, text: string): Promise<StepEnd> {
  const query = text.slice(0, 100);
  const found = await models.search(host, query === '' ? {} : { query });
  const { error, hint } = found;
  if (error !== null) return broken({ code: error, detail: hint ?? 'The hub did not answer.' });
  return done({ host, query, models: found.models.map(({ repo }) => repo) });
}
