import { createBoundedRound, throwFailures } from '../../platform/concurrency/bounded-round.ts';
import { planHasEnded } from '../../domain/plans/plan-state.ts';
import type { PatchView } from '../../contracts/patch.ts';
import { forgetBackups } from './change/backups.ts';
import type { PatchDeps } from './deps.ts';
import { mark } from './mark.ts';
import { rollBackPatch } from './roll-back.ts';

const hourMs = 3_600_000;
const bounds = { atOnce: 2, ms: 4000 };

/**
 * Judges patches by their plans: one whose plan is done is kept; one whose plan ended otherwise is taken back, or dropped if
 * it was only proposed. An applied one whose plan is gone is taken back, too, and what an ended plan began to take back is
 * taken back to the end. It needs no Temporal, so that a crash between a change and its judgement is mended at the next
 * start. Once an hour it removes the tags of images that no patch needs any more.
 */
export function createPatchRound(deps: PatchDeps): () => Promise<void> {
  const { store, host, clock } = deps;
  const round = createBoundedRound<PatchView>(bounds, ({ patch_id }) => patch_id);
  /** Epoch ms. */
  let forgetsAt = 0;
  return async () => {
    const due = await store.patches.unjudged(host);
    const outcome = await round(due, async (patch) => {
      const { patch_id, plan_id, status } = patch;
      const late = patch.change !== undefined && Date.parse(patch.change.expires_at) < clock();
      if (plan_id === null && late) {
        const by = { actor: 'madre', correlation_id: patch_id };
        await mark(deps, patch, 'dropped', 'Nobody applied it within 24 hours. Make it again.', by);
        return;
      }
      const plan = plan_id === null ? null : await store.plans.find(plan_id);
      // a patch is stored before its plan
      if (plan === null && status === 'proposed') return;
      if (plan !== null && !planHasEnded(plan)) return;
      const by = { actor: 'madre', correlation_id: plan?.correlation_id ?? patch_id };
      if (plan?.status !== 'DONE' || status === 'taking_back')
        await rollBackPatch(deps, patch_id, by);
      else if (status === 'applied') await mark(deps, patch, 'kept', patch.detail, by);
    });
    if (clock() >= forgetsAt) {
      await forgetBackups(deps);
      forgetsAt = clock() + hourMs;
    }
    throwFailures(outcome);
  };
}
