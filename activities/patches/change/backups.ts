import { access, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { PatchedContainer, PatchStatus } from '../../../contracts/patch.ts';
import type { PatchDeps } from '../deps.ts';

/** Says that this installation keeps images for a patch: others may use the same Engine. */
const noteOf = ({ backups }: PatchDeps, patchId: string): string =>
  join(backups, patchId, 'images.json');

/** Keeps the images of these containers from being removed, until the patch is taken back or retention removes it. */
export async function keepBackups(
  deps: PatchDeps,
  patchId: string,
  containers: readonly PatchedContainer[],
): Promise<void> {
  if (deps.host_acts === null || containers.length === 0) return;
  await mkdir(join(deps.backups, patchId), { recursive: true, mode: 0o700 });
  const kept = containers.map(({ service, image }) => ({ service, image }));
  await writeFile(noteOf(deps, patchId), `${JSON.stringify(kept)}\n`, { mode: 0o600 });
  await deps.host_acts.keepImages(patchId, containers);
}

/** Ends that. */
export async function releaseBackups(deps: PatchDeps, patchId: string): Promise<void> {
  if (deps.host_acts === null) return;
  await deps.host_acts.releaseImages(patchId);
  await rm(noteOf(deps, patchId), { force: true });
}

/** How a patch ends that changed nothing for good. */
const gone: ReadonlySet<PatchStatus> = new Set(['rolled_back', 'stale', 'dropped']);

/** Releases the images of patches that changed nothing, and of those that are no longer in the store. */
export async function forgetBackups(deps: PatchDeps): Promise<void> {
  const found = await readdir(deps.backups).catch(unlessAbsent);
  for (const patchId of found) {
    const isKept = await access(noteOf(deps, patchId)).then(
      () => true,
      () => false,
    );
    if (!isKept) continue;
    const patch = await deps.store.patches.find(patchId);
    if (patch === null || gone.has(patch.status)) await releaseBackups(deps, patchId);
  }
}

function unlessAbsent(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
  throw error;
}
