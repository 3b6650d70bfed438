import type { PatchStatus, PatchView } from '../../../contracts/patch.ts';

/** What became of a patch, and what may still. */
export interface Fate {
  status: PatchStatus | 'reverted';
  /** The plan that waits for a yes to take it back. */
  review: string | null;
}

/**
 * What became of a patch. One that was proposed and whose plan does not wait was not applied; one that was kept may have
 * been taken back by a later one.
 * @param waiting the ids of the plans that wait
 */
export function fateOf(
  patch: PatchView,
  patches: readonly PatchView[],
  waiting: ReadonlySet<string>,
): Fate {
  const { patch_id, plan_id, status } = patch;
  if (status === 'proposed') {
    const waits = plan_id !== null && waiting.has(plan_id);
    return { status: waits ? 'proposed' : 'dropped', review: null };
  }
  if (status !== 'kept') return { status, review: null };
  const reversals = patches.filter(({ reverts }) => reverts === patch_id);
  const isBack = reversals.some((one) =>
    ['applied', 'kept'].includes(fateOf(one, patches, waiting).status),
  );
  const asked = reversals.find((one) => fateOf(one, patches, waiting).status === 'proposed');
  return { status: isBack ? 'reverted' : 'kept', review: asked?.plan_id ?? null };
}

/** A patch that waits for a judgement, which no event announces. */
export const isUnjudged = ({ status }: PatchView): boolean => status === 'applied';
