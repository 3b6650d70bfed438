import { isRefusal } from './refusal.ts';
import { outcomeOfPatch, type PatchActor, type PatchDeps, type PatchOutcome } from './deps.ts';
import { mark } from './mark.ts';
import { rollBackPatch } from './roll-back.ts';
import { backUp, known, pathsOf, putBack, targetsOf, write } from './targets.ts';

/**
 * Writes every file of a patch, or none. The patch is marked as applied before its first write, so that a crash in between
 * is found and taken back. One that is being taken back already is only taken back.
 */
export async function applyPatch(
  deps: PatchDeps,
  patchId: string,
  by: PatchActor,
): Promise<PatchOutcome> {
  const { patch, files } = await known(deps, patchId);
  if (patch.status === 'taking_back') return rollBackPatch(deps, patchId, by);
  if (patch.status !== 'proposed' && patch.status !== 'applied') return outcomeOfPatch(patch);
  const targets = await targetsOf(deps, patch, files);
  if (typeof targets === 'string') return mark(deps, patch, 'stale', targets, by);
  const changed = targets.filter(({ state }) => state === 'other');
  if (changed.length > 0) {
    const names = changed.map(({ kept }) => kept.path).join(', ');
    const detail = `${names} changed after this patch was proposed, so nothing was written. Repair again: vx11 repair`;
    await putBack(deps, patch, targets);
    return mark(deps, patch, 'stale', detail, by);
  }
  const due = targets.filter(({ state }) => state === 'before');
  try {
    for (const target of due) await backUp(deps, patch, target);
    const marked = await mark(deps, patch, 'applied', null, by);
    if (marked.status !== 'applied') return marked;
    for (const { kept, now } of due)
      await write(deps, patch, { kept, owner: now, version: kept.after });
    if (patch.change === undefined) await deps.renew(pathsOf(files), by);
    return marked;
  } catch (error) {
    if (isRefusal(error)) return rollBackPatch(deps, patchId, by, error.message);
    await putBack(deps, patch, await targetsOf(deps, patch, files));
    if (!isReadOnly(error)) throw error;
    const detail = `The folder of the stack cannot be written (${error.code}). Apply the patch by hand: vx11 patch show ${patchId} | git apply`;
    return mark(deps, patch, 'dropped', detail, by);
  }
}

const isReadOnly = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error &&
  /^(EROFS|EACCES|EPERM)$/.test((error as NodeJS.ErrnoException).code ?? '');
