import type { PatchStatus, PatchView } from '../../../contracts/patch.ts';

/** What became of a patch, and what may still. */
export interface Fate {
  status: PatchStatus | 'reverted';
  /** The plan that waits for a yes to take it back. */
  review: string | null;
}

/** What became of a patch: one that was kept may have been taken back by a later one. */
export function fateOf({ patch_id, status }: PatchView, patches: readonly PatchView[]): Fate {
  if (status !== 'kept') return { status, review: null };
  const reversals = patches.filter(({ reverts }) => reverts === patch_id);
  const isBack = reversals.some((one) => ['applied', 'kept'].includes(fateOf(one, patches).status));
  const asked = reversals.find((one) => one.status === 'proposed');
  return { status: isBack ? 'reverted' : 'kept', review: asked?.plan_id ?? null };
}
