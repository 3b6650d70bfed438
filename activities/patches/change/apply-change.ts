import { access, constants } from 'node:fs/promises';
import { VX11Error } from '../../../contracts/errors.ts';
import type { PatchChange, PatchView } from '../../../contracts/patch.ts';
import { applyPatch } from '../apply.ts';
import { outcomeOfPatch, type PatchActor, type PatchDeps, type PatchOutcome } from '../deps.ts';
import { mark } from '../mark.ts';
import { isRefusal } from '../refusal.ts';
import { rollBackPatch } from '../roll-back.ts';
import { keepBackups } from './backups.ts';
import { carryOut } from './carry-out.ts';
import { commitPatch, refusalOfGit } from './git.ts';
import type { ChangeHost } from './host.ts';

/**
 * Applies a patch of operations: its files, then what it does beside them, then a watch of what it changed. If one of these
 * fails, all of it is taken back at once, and that is its end. A crash at any point is resolved by running this again, which
 * goes on taking back what was being taken back.
 */
export async function applyChange(
  deps: PatchDeps,
  patchId: string,
  by: PatchActor,
  signal: AbortSignal,
): Promise<PatchOutcome> {
  const patch = await find(deps, patchId);
  const host = deps.host_acts;
  if (patch.change === undefined || host === null) return applyPatch(deps, patchId, by);
  if (patch.status === 'proposed') {
    const refused = await refusalBefore(deps, patch);
    if (refused !== null) return mark(deps, patch, 'dropped', refused, by);
    const lost = await keepBefore(deps, patch, host);
    if (lost !== null) return mark(deps, patch, 'dropped', lost, by);
  }
  const written = await applyPatch(deps, patchId, by);
  if (written.status !== 'applied') return written;
  const failure = await after(deps, await find(deps, patchId), host, by, signal);
  if (failure !== null) return rollBackPatch(deps, patchId, by, failure, signal);
  return outcomeOfPatch(await find(deps, patchId));
}

/** @returns what failed, in words */
async function after(
  deps: PatchDeps,
  patch: PatchView,
  host: ChangeHost,
  by: PatchActor,
  signal: AbortSignal,
): Promise<string | null> {
  const change = patch.change!;
  try {
    const refused = patch.files.length > 0 ? await host.refusal() : null;
    if (refused !== null) return `Compose refuses the changed files: ${refused}`;
    await carryOut(host, { ...patch, change }, by);
    const { trouble, services } = await host.watch(change, signal);
    if (trouble !== null) return trouble;
    await note(deps, patch.patch_id, { watched: services }, unwatched(change, services));
  } catch (error) {
    if (isRefusal(error)) return error.message;
    throw error;
  }
  const commit = await commitPatch(deps, patch, by);
  if (commit !== null) await note(deps, patch.patch_id, { commit });
  return null;
}

/** What a person has to know of services that were changed and that nobody watched; null if there are none. */
function unwatched({ services }: PatchChange, watched: readonly string[]): string | null {
  const rest = services.filter((name) => !watched.includes(name));
  if (rest.length === 0) return null;
  return `Not watched, since no window keeps it running: ${rest.join(', ')}. Its next opening starts it as the patch says, and shows whether it works.`;
}

/** Why nothing may be written: the folder is read-only, or somebody's own change of a file is not committed. */
async function refusalBefore(deps: PatchDeps, patch: PatchView): Promise<string | null> {
  if (patch.files.length === 0) return null;
  if (!(await isWritable(deps.folder()))) return readOnlyDetail(patch.patch_id);
  return refusalOfGit(deps, patch);
}

export const readOnlyDetail = (patchId: string): string =>
  `stack_read_only: madre may not write the folder of the stack, so nothing was changed. ` +
  `Apply the patch there by hand: vx11 patch show ${patchId} | git apply. Or mount the folder writable, see docs/drift.md.`;

/** Whether this process may make files there; on a read-only mount not even root may. */
export const isWritable = (folder: string): Promise<boolean> =>
  access(folder, constants.W_OK).then(
    () => true,
    () => false,
  );

/**
 * Notes what is there before the first write, and keeps its images.
 * @returns which image is gone, in words, so that the patch could not be taken back; null if all are kept
 */
async function keepBefore(
  deps: PatchDeps,
  patch: PatchView,
  host: ChangeHost,
): Promise<string | null> {
  const change = patch.change!;
  const before = change.before ?? (await host.containers(change.services));
  const images = await Promise.all(
    (change.images ?? []).map(async (one) => ({
      ...one,
      was: one.was === undefined ? await host.imageOf(one.reference) : one.was,
    })),
  );
  await note(deps, patch.patch_id, { before, ...(images.length > 0 && { images }) });
  const own = before.filter(({ service }) => change.services.includes(service));
  for (const { service, image } of own)
    if ((await host.imageOf(image)) === null)
      return `The image that ${service} runs, ${image}, is gone from this host, so that it could not be taken back: nothing was written.`;
  await keepBackups(deps, patch.patch_id, own);
  return null;
}

async function note(
  { store }: PatchDeps,
  patchId: string,
  noted: Partial<Pick<PatchChange, 'before' | 'commit' | 'images' | 'watched'>>,
  detail: string | null = null,
): Promise<void> {
  await store.patches.change(patchId, (view) =>
    view.change === undefined
      ? null
      : {
          view: {
            ...view,
            detail: detail ?? view.detail,
            change: { ...view.change, ...noted },
          },
          events: [],
        },
  );
}

async function find({ store }: PatchDeps, patchId: string): Promise<PatchView> {
  const patch = await store.patches.find(patchId);
  if (patch !== null) return patch;
  throw new VX11Error('patch_not_found', `${patchId} is not known here.`);
}
