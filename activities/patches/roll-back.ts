import type { PatchView } from '../../contracts/patch.ts';
import type { KeptFile } from '../../store/repair/patches.ts';
import { takeBack } from './change/carry-out.ts';
import { releaseBackups } from './change/backups.ts';
import { commitPatch } from './change/git.ts';
import { standing, unlikeBefore } from './change/proof.ts';
import { outcomeOfPatch, type PatchActor, type PatchDeps, type PatchOutcome } from './deps.ts';
import { mark } from './mark.ts';
import { isRefusal } from './refusal.ts';
import { folderOf, known, pathsOf, putBack, targetsOf } from './targets.ts';

const isEnded: Readonly<Record<PatchView['status'], boolean>> = {
  proposed: false,
  applied: false,
  taking_back: false,
  kept: false,
  rolled_back: true,
  stale: true,
  conflict: true,
  dropped: true,
};

/**
 * Puts back every file that is still as the patch wrote it, takes back what it did beside them, and proves that all is as
 * it was. The patch is marked before the first byte is put back: whatever is retried or killed from then on continues to
 * take it back. A file that somebody changed since is left, and what the Engine or Compose refuses ends it as a conflict.
 * @param because why it is taken back, if it was not asked for
 */
export async function rollBackPatch(
  deps: PatchDeps,
  patchId: string,
  by: PatchActor,
  because: string | null = null,
  signal: AbortSignal = new AbortController().signal,
): Promise<PatchOutcome> {
  const found = await known(deps, patchId);
  const { files } = found;
  if (isEnded[found.patch.status]) return outcomeOfPatch(found.patch);
  if (found.patch.status === 'proposed') {
    if (found.patch.change?.before) await releaseBackups(deps, patchId);
    return mark(deps, found.patch, 'dropped', 'It was never applied.', by);
  }
  await mark(deps, found.patch, 'taking_back', because, by);
  const { patch } = await known(deps, patchId);
  if (patch.status !== 'taking_back') return outcomeOfPatch(patch);
  const targets = await targetsOf(deps, patch, files);
  if (typeof targets === 'string') return endInConflict(deps, patch, [targets], by);
  await putBack(deps, patch, targets);
  const left = targets.filter(({ state }) => state === 'other').map(({ kept }) => kept.path);
  if (left.length === 0 && patch.change?.commit) await commitPatch(deps, patch, by, 'Rolled-Back');
  const troubles =
    left.length === 0
      ? []
      : [
          `${left.join(', ')} changed after the patch and was left as it is. The version from before is in ${folderOf(deps, patch)}.`,
        ];
  const refused = await besideFiles(deps, patch, files, by);
  if (refused !== null) troubles.push(refused);
  else if (troubles.length === 0) {
    const unlike = await unlikeBefore(deps.host_acts, patch.change, signal);
    if (unlike !== null) troubles.push(unlike);
  }
  if (troubles.length > 0) return endInConflict(deps, patch, troubles, by);
  if (patch.change !== undefined) await releaseBackups(deps, patchId);
  return mark(deps, patch, 'rolled_back', patch.detail, by);
}

/** Ends it with why it was taken back, what hindered that, and what stands. */
async function endInConflict(
  deps: PatchDeps,
  patch: PatchView,
  troubles: readonly string[],
  by: PatchActor,
): Promise<PatchOutcome> {
  const stands = await standing(deps.host_acts, patch.change);
  const all = [patch.detail, ...troubles, stands].flatMap((one) =>
    one === null ? [] : [/[.!?]$/.test(one) ? one : `${one}.`],
  );
  return mark(deps, patch, 'conflict', all.join(' '), by);
}

/** @returns what could not be taken back, in words */
async function besideFiles(
  deps: PatchDeps,
  patch: PatchView,
  files: readonly KeptFile[],
  by: PatchActor,
): Promise<string | null> {
  try {
    if (patch.change === undefined) await deps.renew(pathsOf(files), by);
    else await takeBack(deps, patch, by);
    return null;
  } catch (error) {
    if (!isRefusal(error)) throw error;
    return `It could not be taken back whole: ${error.message}`;
  }
}
