import type { Stats } from 'node:fs';
import { chown, copyFile, mkdir, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { VX11Error } from '../../contracts/errors.ts';
import type { PatchView } from '../../contracts/patch.ts';
import type { KeptFile } from '../../store/repair/patches.ts';
import type { PatchDeps } from './deps.ts';
import {
  fileNow,
  NotWritable,
  placeOf,
  removeAside,
  removeFile,
  replaceFile,
  type FileNow,
} from './files.ts';

export const pathsOf = (files: readonly KeptFile[]): string[] => files.map(({ path }) => path);

/** A file of a patch, as it is in the folder now. */
export interface Target {
  kept: KeptFile;
  now: FileNow | null;
  state: 'before' | 'after' | 'other';
}

/** @throws `patch_not_found` */
export async function known(
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
export async function targetsOf(
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

/** Where the files of a patch are as they were before it. */
export const folderOf = ({ backups }: PatchDeps, { patch_id }: PatchView): string =>
  join(backups, patch_id, 'backup');

/** Keeps the file as it is, with its mode, owner and times. */
export async function backUp(
  deps: PatchDeps,
  patch: PatchView,
  { kept, now }: Target,
): Promise<void> {
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
export async function putBack(
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

/** @returns the path that it wrote */
export async function write(
  { folder }: PatchDeps,
  { patch_id }: PatchView,
  { kept, owner, version }: Written,
): Promise<string> {
  const place = await placeOf(folder(), kept.path);
  if (version === null) await removeFile(place);
  else await replaceFile(place, version, owner, patch_id);
  return place;
}
