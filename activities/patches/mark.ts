import type { EventType } from '../../contracts/event.ts';
import type { PatchStatus, PatchView } from '../../contracts/patch.ts';
import { isoTime } from '../../platform/time.ts';
import { outcomeOfPatch, type PatchActor, type PatchDeps, type PatchOutcome } from './deps.ts';

/** Its end says that it was taken back, so that the beginning of it is no event. */
const eventOf: Record<Exclude<PatchStatus, 'proposed' | 'taking_back'>, EventType> = {
  applied: 'patch.applied',
  kept: 'patch.kept',
  rolled_back: 'patch.rolled_back',
  conflict: 'patch.rolled_back',
  stale: 'patch.dropped',
  dropped: 'patch.dropped',
};

/** Gives a patch its next status with the event that says so, unless somebody else was quicker. */
export async function mark(
  { store, clock, host }: PatchDeps,
  patch: PatchView,
  status: Exclude<PatchStatus, 'proposed'>,
  detail: string | null,
  by: PatchActor,
): Promise<PatchOutcome> {
  const at = clock();
  const isUnjudged = status === 'applied' || status === 'taking_back';
  const change = await store.patches.change(patch.patch_id, (view) => {
    if (view.status !== patch.status || view.status === status) return null;
    const applied_at = status === 'applied' ? isoTime(at) : view.applied_at;
    const ended_at = isUnjudged ? null : isoTime(at);
    const next = { ...view, status, detail, applied_at, ended_at };
    if (status === 'taking_back') return { view: next, events: [] };
    return {
      view: next,
      events: [
        {
          type: eventOf[status],
          at,
          actor: by.actor,
          host,
          correlation_id: by.correlation_id,
          payload: {
            patch_id: view.patch_id,
            repair_id: view.repair_id,
            status,
            detail,
            files: view.files.map(({ path }) => path),
          },
        },
      ],
    };
  });
  return outcomeOfPatch(change ?? patch);
}
