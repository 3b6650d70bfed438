import type { PlanStatus, PlanView } from '../../contracts/plan.ts';
import { createBoundedRound, throwFailures } from '../../platform/concurrency/bounded-round.ts';
import type { Store } from '../../store/index.ts';
import { planEvent } from './plan-events.ts';
import { giveUp } from './propose.ts';
import type { PlanDeps } from './ports.ts';

/** Whoever wrote it has had this long to start it. */
const youngMs = 3000;
/** After this long nobody wants any more what should have happened at once. */
const staleMs = 60_000;
/** How often a plan that is under way is looked for in Temporal. */
const lookMs = 30_000;
/** A plan that was not looked for in this time has ended, or is looked for anew. */
const forgetMs = 600_000;

/** Of all that is asked of Temporal in a round. */
const bounds = { atOnce: 8, ms: 4000 };
/** So many plans of each status are looked through in a round; the next round goes on behind them. */
const pageSize = 100;

/**
 * What a crash left between the store and Temporal: plans without a run are started, and those whose run is gone end.
 * A round throws where a plan could not be looked after.
 */
export function createPlanRound(deps: PlanDeps): () => Promise<void> {
  const { store } = deps;
  const looked = new Map<string, number>();
  const starting = createBoundedRound<PlanView>(bounds, idOf);
  const looking = createBoundedRound<PlanView>(bounds, idOf);
  const pages = [createPages(store, 'RUNNING'), createPages(store, 'WAITING')];
  const startOne = async (plan: PlanView): Promise<void> => {
    if (plan.status === 'PENDING' && deps.clock() - Date.parse(plan.created_at) > staleMs) {
      await giveUp(deps, plan, 'It was not started in time; ask again.');
      return;
    }
    await deps.runs().start(plan);
    await store.plans.started(plan.plan_id);
  };
  const lookAt = async (plan: PlanView): Promise<void> => {
    looked.set(plan.plan_id, deps.clock());
    if (!(await deps.runs().runs(plan.plan_id))) await endLost(deps, plan);
  };
  return async () => {
    const now = deps.clock();
    const started = await starting(await store.plans.unstarted(now - youngMs), startOne);
    const live = (await Promise.all(pages.map((page) => page.next()))).flat();
    const isDue = ({ plan_id, created_at }: PlanView): boolean =>
      now - (looked.get(plan_id) ?? Date.parse(created_at)) >= lookMs;
    for (const [id, at] of looked) if (now - at > forgetMs) looked.delete(id);
    throwFailures(started, await looking(live.filter(isDue), lookAt));
  };
}

const idOf = ({ plan_id }: PlanView): string => plan_id;

/** Walks through the plans of a status, page by page, and begins again behind the last one. */
function createPages(store: Store, status: PlanStatus): { next(): Promise<PlanView[]> } {
  let cursor: string | null = null;
  return {
    async next() {
      const { plans, next_cursor } = await store.plans.list({
        status,
        limit: pageSize,
        ...(cursor === null ? {} : { cursor }),
      });
      cursor = next_cursor;
      return plans;
    },
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
