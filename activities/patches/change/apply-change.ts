import { access, constants } from 'node:fs/promises';
import { VX11Error } from '../../../contracts/errors.ts';
import type { PatchChange, PatchView } from '../../../contracts/patch.ts';
import { applyPatch, rollBackPatch } from '../apply.ts';
import type { PatchActor, PatchDeps, PatchOutcome } from '../deps.ts';
import { mark } from '../mark.ts';
import { carryOut } from './carry-out.ts';
import { commitPatch, refusalOfGit } from './git.ts';
import { Conflict } from '../../engine/conflict.ts';
import { ComposeError } from '../../compose/compose-error.ts';
import { EngineError, isUnavailable } from '../../engine/engine-error.ts';
import type { ChangeHost } from './host.ts';

/**
 * Applies a patch of operations: its files, then what it does beside them, then a watch of what it changed. If one of these
 * fails, all of it is taken back at once, and that is its end. A crash at any point is resolved by running this again.
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
    await keepBefore(deps, patch, host);
  }
  const written = await applyPatch(deps, patchId, by);
  if (written.status !== 'applied') return written;
  const failure = await after(deps, await find(deps, patchId), host, by, signal);
  if (failure === null) return written;
  const back = await rollBackPatch(deps, patchId, by, failure);
  return back;
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
    const trouble = await host.watch(change, signal);
    if (trouble !== null) return trouble;
  } catch (error) {
    if (isRefusal(error)) return error.message;
    throw error;
  }
  const commit = await commitPatch(deps, patch, by);
  if (commit !== null) await note(deps, patch.patch_id, { commit });
  await host.releaseImages(patch.patch_id);
  return null;
}

/**
 * Whether this says no to the patch, as to a program that the image does not have, and would say it again. An Engine or a
 * Compose that cannot be asked says nothing: then the patch is tried again.
 */
function isRefusal(error: unknown): error is Error {
  if (error instanceof EngineError) return !isUnavailable(error);
  return error instanceof Conflict || (error instanceof ComposeError && !error.unable);
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

/** Notes what is there before the first write, and keeps its images. */
async function keepBefore(deps: PatchDeps, patch: PatchView, host: ChangeHost): Promise<void> {
  const before = patch.change!.before ?? (await host.containers(patch.change!.services));
  await note(deps, patch.patch_id, { before });
  const own = before.filter(({ service }) => patch.change!.services.includes(service));
  await host.keepImages(patch.patch_id, own);
}

async function note(
  { store }: PatchDeps,
  patchId: string,
  noted: Partial<Pick<PatchChange, 'before' | 'commit'>>,
): Promise<void> {
  await store.patches.change(patchId, (view) =>
    view.change === undefined
      ? null
      : { view: { ...view, change: { ...view.change, ...noted } }, events: [] },
  );
}

async function find({ store }: PatchDeps, patchId: string): Promise<PatchView> {
  const patch = await store.patches.find(patchId);
  if (patch !== null) return patch;
  throw new VX11Error('patch_not_found', `${patchId} is not known here.`);
}
