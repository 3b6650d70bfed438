import { mkdir, open, readFile, rm, stat, statfs, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { HubFile } from '../../contracts/model-files.ts';
import { fits } from '../../domain/models/room.ts';
import { ModelFailure, unlessFull } from './failure.ts';

/** Folders of hermes among the models; no repository has such a name. */
export const partialFolder = '@partial';
export const quarantineFolder = '@quarantine';

/** What is known of a file's bytes: the name of its partial file. */
export const bytesKey = ({ sha256, git_id, size_bytes }: HubFile): string =>
  sha256 ?? `git-${git_id}-${size_bytes}`;

/** A file that is being downloaded, and what its server called its state. */
export interface PartialFile {
  path: string;
  /** Its length, in bytes; 0 if there is none. */
  length(): Promise<number>;
  /** The ETag of the answer that it began with. */
  etag(): Promise<string | null>;
  begin(etag: string | null): Promise<void>;
  drop(): Promise<void>;
}

export function partialFile(root: string, key: string): PartialFile {
  const path = join(root, partialFolder, key);
  const note = `${path}.etag`;
  return {
    path,
    length: () => sizeOf(path).then((size) => size ?? 0),
    etag: async () => (await readFile(note, 'utf8').catch(() => '')) || null,
    async begin(etag) {
      await mkdir(dirname(path), { recursive: true }).catch(unlessFull);
      await writeFile(note, etag ?? '').catch(unlessFull);
    },
    async drop() {
      await rm(path, { force: true });
      await rm(note, { force: true });
    },
  };
}

/** The size of a regular file; null if there is none. */
export const sizeOf = async (path: string): Promise<number | null> => {
  const found = await stat(path).catch(() => null);
  return found?.isFile() === true ? found.size : null;
};

/** @throws disk_full if so many more bytes do not fit */
export async function requireRoom(root: string, bytes: number): Promise<void> {
  const { bavail, bsize, blocks } = await statfs(root);
  if (fits({ free: bavail * bsize, size: blocks * bsize }, bytes)) return;
  const detail =
    `${bytes} bytes more do not fit: ${bavail * bsize} are free. ` +
    'Make room, then pull again: it goes on from here.';
  throw new ModelFailure('disk_full', detail);
}

/**
 * Files with the same bytes are fetched once, and what came of a file earlier is there already.
 * @throws disk_full if the rest of the files does not fit
 */
export async function requireRoomFor(root: string, files: readonly HubFile[]): Promise<void> {
  const sizes = new Map(files.map((file) => [bytesKey(file), file.size_bytes]));
  const rests = await Promise.all(
    [...sizes].map(async ([key, size]) =>
      Math.max(0, size - (await partialFile(root, key).length())),
    ),
  );
  const bytes = rests.reduce((sum, rest) => sum + rest, 0);
  if (bytes === 0) return;
  await mkdir(root, { recursive: true });
  await requireRoom(root, bytes);
}

/** Writes what the system still holds of a file, or of the names in a folder, to the disk. */
export async function sync(path: string): Promise<void> {
  const file = await open(path, 'r');
  try {
    await file.sync();
  } finally {
    await file.close();
  }
}
