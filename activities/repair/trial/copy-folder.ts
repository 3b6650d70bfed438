import { constants, type Stats } from 'node:fs';
import {
  chmod,
  copyFile,
  lchown,
  lstat,
  lutimes,
  mkdir,
  readlink,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { dirname, isAbsolute, join } from 'node:path';
import type { PatchedFile } from '../../../domain/patches/edit.ts';
import { walk } from '../../../platform/files/walk.ts';
import { TrialRefused } from './refused.ts';

/** A folder with more than this is not copied. */
const mostFiles = 50_000;
const mostBytes = 2 * 1024 ** 3;

/**
 * Copies a folder as `cp -a` does, with owners, modes, times and links as they are, but without `.git`: nothing in a copy
 * shows what the files were before or will be. Sockets, pipes and devices are left out.
 * @param home the folder of VX11, which may be inside and is not copied
 * @throws TrialRefused
 */
export async function copyFolder(
  from: string,
  to: string,
  { home, signal }: { home: string; signal: AbortSignal },
): Promise<void> {
  const folders: { path: string; stats: Stats }[] = [];
  let [files, bytes] = [0, 0];
  const isSkipped = (path: string, name: string): boolean => name === '.git' || path === home;
  try {
    for await (const { path, stats } of walk(from, isSkipped)) {
      signal.throwIfAborted();
      files += 1;
      bytes += stats.isFile() ? stats.size : 0;
      if (files > mostFiles || bytes > mostBytes) {
        const detail = `${from} has more than ${mostFiles} files or 2 GiB; a repair tries patches in a copy of it`;
        throw new TrialRefused('too_large', detail);
      }
      const target = join(to, path);
      if (stats.isDirectory()) {
        await mkdir(target, { recursive: true, mode: 0o700 });
        folders.push({ path: target, stats });
      } else if (stats.isSymbolicLink()) {
        await symlink(await readlink(join(from, path)), target);
        await keepFacts(target, stats);
      } else if (stats.isFile()) {
        await copyFile(join(from, path), target, constants.COPYFILE_FICLONE);
        await keepFacts(target, stats);
      }
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'EACCES' && code !== 'EPERM') throw error;
    throw new TrialRefused('unreadable', `a copy cannot be made: ${(error as Error).message}`);
  }
  // last, as each entry changes the time of its folder
  for (const { path, stats } of folders.toReversed()) await keepFacts(path, stats);
}

/** Owner, mode and time. Without the right to give files away, the copy belongs to this process. */
async function keepFacts(path: string, stats: Stats): Promise<void> {
  await lchown(path, stats.uid, stats.gid).catch(unlessNotAllowed);
  if (!stats.isSymbolicLink()) await chmod(path, stats.mode & 0o7777);
  await lutimes(path, stats.atime, stats.mtime);
}

const unlessNotAllowed = (error: NodeJS.ErrnoException): void => {
  if (error.code !== 'EPERM') throw error;
};

/**
 * Writes a patch into a copy. A file keeps its owner; a new one gets that of its folder.
 * @throws Error for a path that leads out of the copy, also through a link
 */
export async function writePatch(copy: string, patch: readonly PatchedFile[]): Promise<void> {
  for (const { path, after } of patch) {
    await mustStayInside(copy, path);
    const file = join(copy, path);
    await mkdir(dirname(file), { recursive: true });
    const isNew = (await lstat(file).catch(() => null)) === null;
    await writeFile(file, after.text);
    await chmod(file, after.mode & 0o7777);
    if (!isNew) continue;
    const { uid, gid } = await lstat(dirname(file));
    await lchown(file, uid, gid).catch(unlessNotAllowed);
  }
}

async function mustStayInside(copy: string, path: string): Promise<void> {
  const names = path.split('/');
  if (isAbsolute(path) || names.includes('..')) throw new Error(`${path} is outside the folder`);
  for (let depth = 1; depth <= names.length; depth += 1) {
    const found = await lstat(join(copy, ...names.slice(0, depth))).catch(() => null);
    if (found?.isSymbolicLink() === true) throw new Error(`${path} leads through a link`);
  }
}

export const removeFolder = (folder: string): Promise<void> =>
  rm(folder, { recursive: true, force: true, maxRetries: 3 });
