import type { Stats } from 'node:fs';
import { chown, copyFile, mkdir, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VX11Error } from '../../contracts/errors.ts';
import type { PatchView } from '../../contracts/patch.ts';
import type { KeptFile } from '../../store/repair/patches.ts';
import { fileNow, NotWritable, placeOf, removeFile, replaceFile, type FileNow } from './files.ts';
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
    for (const { kept, now } of due) await write(deps, kept, now, kept.after);
    await deps.renew(pathsOf(files), by);
    return marked;
  } catch (error) {
    await putBack(deps, patch, await targetsOf(deps, patch, files));
    if (!isReadOnly(error)) throw error;
    const detail = `The folder of the stack cannot be written (${error.code}). Apply the patch by hand: vx11 patch show ${patchId} | git apply`;
    return mark(deps, patch, 'dropped', detail, by);
  }
}

/** Puts back every file that is still as the patch wrote it; a file that somebody changed since is left. */
export async function rollBackPatch(
  deps: PatchDeps,
  patchId: string,
  by: PatchActor,
): Promise<PatchOutcome> {
  const { patch, files } = await known(deps, patchId);
  if (patch.status === 'proposed') {
    return mark(deps, patch, 'dropped', 'It was never applied.', by);
  }
  if (patch.status !== 'applied' && patch.status !== 'kept') return outcomeOfPatch(patch);
  const targets = await targetsOf(deps, patch, files);
  if (typeof targets === 'string') return mark(deps, patch, 'conflict', targets, by);
  await putBack(deps, patch, targets);
  await deps.renew(pathsOf(files), by);
  const left = targets.filter(({ state }) => state === 'other').map(({ kept }) => kept.path);
  if (left.length === 0) return mark(deps, patch, 'rolled_back', null, by);
  const detail = `${left.join(', ')} changed after the patch and was left as it is. The version from before is in ${folderOf(deps, patch)}.`;
  return mark(deps, patch, 'conflict', detail, by);
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

/** Puts back what is as the patch wrote it. */
async function putBack(
  deps: PatchDeps,
  patch: PatchView,
  targets: readonly Target[] | string,
): Promise<void> {
  if (typeof targets === 'string') return;
  for (const { kept, now, state } of targets) {
    if (state !== 'after') continue;
    const copy = await stat(join(folderOf(deps, patch), kept.path)).catch(() => null);
    const path = await write(deps, kept, now ?? copy, kept.before);
    // a file that is back has its old time too
    if (kept.before !== null && copy !== null) await keepTimes(path, copy);
  }
}

/** @param owner of the file as it is, or as it was */
async function write(
  deps: PatchDeps,
  { path }: KeptFile,
  owner: { uid: number; gid: number } | null,
  version: KeptFile['after'],
): Promise<string> {
  const place = await placeOf(deps.folder(), path);
  if (version === null) await removeFile(place);
  else await replaceFile(place, version.text, version.mode, owner);
  return place;
}

const isReadOnly = (error: unknown): error is NodeJS.ErrnoException =>
  error instanceof Error &&
  /^(EROFS|EACCES|EPERM)$/.test((error as NodeJS.ErrnoException).code ?? '');
