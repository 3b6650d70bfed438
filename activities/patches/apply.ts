import type { Stats } from 'node:fs';
import { chown, copyFile, mkdir, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VX11Error } from '../../contracts/errors.ts';
import type { PatchView } from '../../contracts/patch.ts';
import type { KeptFile } from '../../store/repair/patches.ts';
import {
  fileNow,
  NotWritable,
  placeOf,
  removeAside,
  removeFile,
  replaceFile,
  type FileNow,
} from './files.ts';
import { takeBack } from './change/carry-out.ts';
import { commitPatch } from './change/git.ts';
import { Conflict } from '../engine/conflict.ts';
import { outcomeOfPatch, type PatchActor, type PatchDeps, type PatchOutcome } from './deps.ts';
import { mark } from './mark.ts';

const pathsOf = (files: readonly KeptFile[]): string[] => files.map(({ path }) => path);

interface Target {
  kept: KeptFile;
  now: FileNow | null;
  state: 'before' | 'after' | 'other';
}

/**
 * Writes every file of a patch, or none. The patch is marked as applied before its first write, so that a crash in between
 * is found and taken back.
 */
export async function applyPatch(
  deps: PatchDeps,
  patchId: string,
  by: PatchActor,
): Promise<PatchOutcome> {
  const { patch, files } = await known(deps, patchId);
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
    await putBack(deps, patch, await targetsOf(deps, patch, files));
    if (!isReadOnly(error)) throw error;
    const detail = `The folder of the stack cannot be written (${error.code}). Apply the patch by hand: vx11 patch show ${patchId} | git apply`;
    return mark(deps, patch, 'dropped', detail, by);
  }
}

/**
 * Puts back every file that is still as the patch wrote it, and takes back what it did beside them; a file that somebody
 * changed since is left.
 * @param because why it is taken back, if it was not asked for
 */
export async function rollBackPatch(
  deps: PatchDeps,
  patchId: string,
  by: PatchActor,
  because: string | null = null,
): Promise<PatchOutcome> {
  const { patch, files } = await known(deps, patchId);
  if (patch.status === 'proposed') {
    if (patch.change?.before) await deps.host_acts?.releaseImages(patchId);
    return mark(deps, patch, 'dropped', 'It was never applied.', by);
  }
  if (patch.status !== 'applied' && patch.status !== 'kept') return outcomeOfPatch(patch);
  const targets = await targetsOf(deps, patch, files);
  if (typeof targets === 'string') return mark(deps, patch, 'conflict', targets, by);
  await putBack(deps, patch, targets);
  const beside = await besideFiles(deps, patch, files, by);
  const left = targets.filter(({ state }) => state === 'other').map(({ kept }) => kept.path);
  if (beside !== null)
    return mark(deps, patch, 'conflict', [because, beside].filter(Boolean).join('. '), by);
  if (left.length === 0) return mark(deps, patch, 'rolled_back', because, by);
  const detail = `${left.join(', ')} changed after the patch and was left as it is. The version from before is in ${folderOf(deps, patch)}.`;
  return mark(deps, patch, 'conflict', detail, by);
}

/** @returns what could not be taken back, in words */
async function besideFiles(
  deps: PatchDeps,
  patch: PatchView,
  files: readonly KeptFile[],
  by: PatchActor,
): Promise<string | null> {
  if (patch.change === undefined) {
    await deps.renew(pathsOf(files), by);
    return null;
  }
  try {
    await takeBack(deps, patch, by);
  } catch (error) {
    if (!(error instanceof Conflict)) throw error;
    return error.message;
  }
  if (patch.change.commit !== null) await commitPatch(deps, patch, by, 'Rolled-Back');
  await deps.host_acts?.releaseImages(patch.patch_id);
  return null;
}

async function known(
  { store }: PatchDeps,
  patchId: string,
): Promise<{ patch: PatchView; files: KeptFile[] }> {
  const patch = await store.patches.find(patchId);
  const files = await store.patches.filesOf(patchId);
  if (patch === null || files === null) {
    throw new VX11Error('patch_not_found', `${patchId} is not known here.`);
  }
  return { patch, files };
}

/** @returns why the patch cannot be written at all, in words */
async function targetsOf(
  { folder }: PatchDeps,
  patch: PatchView,
  files: readonly KeptFile[],
): Promise<Target[] | string> {
  try {
    return await Promise.all(
      files.map(async (kept): Promise<Target> => {
        const now = await fileNow(folder(), kept.path);
        const { before_sha256, after_sha256 } = patch.files.find(({ path }) => path === kept.path)!;
        const is = (hash: string | null, mode: number | null): boolean =>
          (now?.sha256 ?? null) === hash && (now?.mode ?? null) === mode;
        const state = is(after_sha256, kept.after?.mode ?? null)
          ? 'after'
          : is(before_sha256, kept.before?.mode ?? null)
            ? 'before'
            : 'other';
        return { kept, now, state };
      }),
    );
  } catch (error) {
    if (error instanceof NotWritable) return `${error.message}.`;
    throw error;
  }
}

const folderOf = ({ backups }: PatchDeps, { patch_id }: PatchView): string =>
  join(backups, patch_id, 'backup');

/** Keeps the file as it is, with its mode, owner and times. */
async function backUp(deps: PatchDeps, patch: PatchView, { kept, now }: Target): Promise<void> {
  if (now === null) return;
  const copy = join(folderOf(deps, patch), kept.path);
  await mkdir(dirname(copy), { recursive: true, mode: 0o700 });
  await copyFile(now.path, copy);
  await keepTimes(copy, await stat(now.path));
  await chown(copy, now.uid, now.gid);
}

/** To the microsecond: a Date would round to milliseconds. */
const keepTimes = (path: string, { atimeMs, mtimeMs }: Stats): Promise<void> =>
  utimes(path, atimeMs / 1000, mtimeMs / 1000);

/** Puts back what is as the patch wrote it, and removes what a crash left beside it. */
async function putBack(
  deps: PatchDeps,
  patch: PatchView,
  targets: readonly Target[] | string,
): Promise<void> {
  if (typeof targets === 'string') return;
  for (const { kept, now, state } of targets) {
    await removeAside(await placeOf(deps.folder(), kept.path), patch.patch_id);
    if (state !== 'after') continue;
    const copy = await stat(join(folderOf(deps, patch), kept.path)).catch(() => null);
    const path = await write(deps, patch, { kept, owner: now ?? copy, version: kept.before });
    // a file that is back has its old time too
    if (kept.before !== null && copy !== null) await keepTimes(path, copy);
  }
}

interface Written {
  kept: KeptFile;
  /** Of the file as it is, or as it was. */
  owner: { uid: number; gid: number } | null;
  version: KeptFile['after'];
}

async function write(
  { folder }: PatchDeps,
  { patch_id }: PatchView,
  { kept, owner, version }: Written,
): Promise<string> {
  const place = await placeOf(folder(), kept.path);
  if (version === null) await removeFile(place);
  else await replaceFile(place, version, owner, patch_id);
  return place;
}

const isReadOnly = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error &&
  /^(EROFS|EACCES|EPERM)$/.test((error as NodeJS.ErrnoException).code ?? '');
