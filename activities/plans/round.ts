import type { PlanView } from '../../contracts/plan.ts';
import { planEvent } from './plan-events.ts';
import { giveUp } from './propose.ts';
import type { PlanDeps } from './ports.ts';

/** Whoever wrote it has had this long to start it. */
const youngMs = 3000;
/** After this long nobody wants any more what should have happened at once. */
const staleMs = 60_000;
/** How often a plan that is under way is looked for in Temporal. */
const lookMs = 30_000;

/** What a crash left between the store and Temporal: plans without a run are started, and those whose run is gone end. */
export function createPlanRound(deps: PlanDeps): () => Promise<void> {
  const looked = new Map<string, number>();
  return async () => {
    const now = deps.clock();
    for (const plan of await deps.store.plans.unstarted(now - youngMs)) {
      if (plan.status === 'PENDING' && now - Date.parse(plan.created_at) > staleMs) {
        await giveUp(deps, plan, 'It was not started in time; ask again.');
        continue;
      }
      await deps.runs().start(plan);
      await deps.store.plans.started(plan.plan_id);
    }
    const [running, waiting] = await Promise.all([
      deps.store.plans.list({ status: 'RUNNING', limit: 100 }),
      deps.store.plans.list({ status: 'WAITING', limit: 100 }),
    ]);
    const live = [...running.plans, ...waiting.plans];
    const ids = new Set(live.map(({ plan_id }) => plan_id));
    for (const id of looked.keys()) if (!ids.has(id)) looked.delete(id);
    for (const plan of live) {
      const since = looked.get(plan.plan_id) ?? Date.parse(plan.created_at);
      if (now - since < lookMs) continue;
      looked.set(plan.plan_id, now);
      if (!(await deps.runs().runs(plan.plan_id))) await endLost(deps, plan);
    }
  };
}

/** Terminated by hand, or lost with Temporal's data: windows of its own end by their deadline. */
async function endLost({ store, clock, log }: PlanDeps, plan: PlanView): Promise<void> {
  log.warn({ plan_id: plan.plan_id }, 'a plan is ended: its run is gone from Temporal');
  const now = clock();
  const error = { code: 'run_lost', detail: 'Its run is gone from Temporal; look at its steps.' };
  await store.plans.change(plan.plan_id, (known) => {
    const ended: PlanView = {
      ...known,
      status: known.status === 'WAITING' ? 'REJECTED' : 'ERROR',
      error,
      finished_at: new Date(now).toISOString(),
    };
    const type = known.status === 'WAITING' ? 'plan.rejected' : 'plan.failed';
    return { plan: ended, events: [planEvent(ended, type, 'madre', now, { error })] };
  });
}
