import { constants } from 'node:fs';
import { open, realpath, type FileHandle } from 'node:fs/promises';
import { join, sep } from 'node:path';
import type { Readable } from 'node:stream';

export interface OpenFile {
  handle: FileHandle;
  /** In bytes, at the time it was opened. */
  size: number;
}

/** What the system says where there is no file, or one that may not be read, or something else, such as a socket. */
const nothing = new Set(['ENOENT', 'ELOOP', 'ENOTDIR', 'ENXIO', 'EACCES', 'ENAMETOOLONG']);

/** Opens a regular file below a folder, never through a link; null if there is none that may be read. */
export async function openWithin(folder: string, path: string): Promise<OpenFile | null> {
  const file = join(folder, path);
  let handle: FileHandle | undefined;
  try {
    const [root, real] = [await realpath(folder), await realpath(file)];
    if (real !== join(root, path) || !real.startsWith(root + sep)) return null;
    handle = await open(real, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    const facts = await handle.stat();
    if (facts.isFile()) return { handle, size: facts.size };
    await handle.close();
    return null;
  } catch (error) {
    await handle?.close();
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && nothing.has(code)) return null;
    throw error;
  }
}

/** The content of a file at the time it was opened: somebody may still write to it. The file is closed at its end. */
export async function contentOf({ handle, size }: OpenFile): Promise<Readable | Buffer> {
  if (size > 0) return handle.createReadStream({ end: size - 1 });
  await handle.close();
  return Buffer.alloc(0);
}
