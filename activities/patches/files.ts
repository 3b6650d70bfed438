import { chmod, chown, lstat, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isInside } from '../../platform/files/is-inside.ts';
import { sha256 } from '../../platform/hash.ts';

/** A file of a stack as it is now; null if it does not exist. */
export interface FileNow {
  /** Its own path, after links. */
  path: string;
  sha256: string;
  mode: number;
  uid: number;
  gid: number;
}

/** A path that must not be written: it leaves the stack's folder, or is no plain file. */
export class NotWritable extends Error {}

/**
 * Finds a file of a stack's folder. Links are followed as long as they stay inside.
 * @throws NotWritable
 */
export async function fileNow(folder: string, path: string): Promise<FileNow | null> {
  const own = await placeOf(folder, path);
  const found = await stat(own).catch(unlessAbsent);
  if (found === null) return null;
  if (!found.isFile()) throw new NotWritable(`${path} is no plain file`);
  const text = await readFile(own, 'utf8');
  const { mode, uid, gid } = found;
  return { path: own, sha256: sha256(text), mode: mode & 0o7777, uid, gid };
}

/** Where a patch writes what is to replace a file: the same place at every try, so that nothing of a crash stays. */
const asideOf = (path: string, patchId: string): string => join(dirname(path), `.${patchId}`);

/** Removes what a crash left of a replacement. */
export const removeAside = (path: string, patchId: string): Promise<void> =>
  rm(asideOf(path, patchId), { force: true });

/**
 * Writes a file aside, in full, and renames it over the old one, so that no reader ever sees half of it.
 * @param owner of the old file; a new one belongs to this process
 */
export async function replaceFile(
  path: string,
  { text, mode }: { text: string; mode: number },
  owner: { uid: number; gid: number } | null,
  patchId: string,
): Promise<void> {
  const aside = asideOf(path, patchId);
  await removeAside(path, patchId);
  try {
    const file = await open(aside, 'wx', 0o600);
    try {
      await file.writeFile(text);
      if (owner !== null) await chown(aside, owner.uid, owner.gid);
      await chmod(aside, mode);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(aside, path);
    await syncFolder(dirname(path));
  } catch (error) {
    await rm(aside, { force: true }).catch(() => undefined);
    throw error;
  }
}

export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
  await syncFolder(dirname(path));
}

/** The path of a file that may not exist yet, after the links of its folder and its own. */
export async function placeOf(folder: string, path: string): Promise<string> {
  const root = await realpath(folder);
  const named = join(root, path);
  const parent = await realpath(dirname(named));
  const own = join(parent, named.slice(dirname(named).length + 1));
  const isLink = (await lstat(own).catch(unlessAbsent))?.isSymbolicLink() === true;
  const end = isLink ? await realpath(own) : own;
  if (end === root || !isInside(root, end)) {
    throw new NotWritable(`${path} is not in the folder of the stack`);
  }
  return end;
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function unlessAbsent(error: NodeJS.ErrnoException): null {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
  throw error;
}
