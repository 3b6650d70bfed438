import type { PlanStatus, PlanView } from '../../contracts/plan.ts';
import { createBoundedRound, throwFailures } from '../../platform/concurrency/bounded-round.ts';
import type { Store } from '../../store/index.ts';
import { planEvent } from './plan-events.ts';
import { giveUp } from './propose.ts';
import type { PlanDeps } from './ports.ts';

/** A younger plan is left to the process that stored it, which starts it. */
const youngMs = 3000;
/** A plan that should have run at once is given up at this age. */
const staleMs = 60_000;
/** How often each live plan is looked up in Temporal. */
const lookUpMs = 30_000;
/** Lookups older than this are forgotten: the plan has ended, or is due again. */
const forgetMs = 600_000;

/** Bounds for the calls to Temporal in a round. */
const bounds = { atOnce: 8, ms: 4000 };
/** Plans of each status that a round checks; the next round continues with the next page. */
const pageSize = 100;

/**
 * Reconciles plans between the store and Temporal after a crash: starts plans that have no run, and ends those whose run
 * is gone. A round throws if any plan failed.
 */
export function createPlanRound(deps: PlanDeps): () => Promise<void> {
  const { store } = deps;
  const looked = new Map<string, number>();
  const starting = createBoundedRound<PlanView>(bounds, idOf);
  const looking = createBoundedRound<PlanView>(bounds, idOf);
  const pages = [createPages(store, 'RUNNING'), createPages(store, 'WAITING')];
  const startOne = async (plan: PlanView): Promise<void> => {
    if (plan.status === 'PENDING' && deps.clock() - Date.parse(plan.created_at) > staleMs) {
      await giveUp(deps, plan, 'The plan was not started in time; request it again.');
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
      now - (looked.get(plan_id) ?? Date.parse(created_at)) >= lookUpMs;
    for (const [id, at] of looked) if (now - at > forgetMs) looked.delete(id);
    throwFailures(started, await looking(live.filter(isDue), lookAt));
  };
}

const idOf = ({ plan_id }: PlanView): string => plan_id;

/** Pages through the plans of a status; after the last page it starts over. */
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

/** Ends a plan whose run was terminated by hand or lost with Temporal's data. Its windows end at their deadlines. */
async function endLost({ store, clock, log }: PlanDeps, plan: PlanView): Promise<void> {
  log.warn({ plan_id: plan.plan_id }, 'ended a plan: its run is gone from Temporal');
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
