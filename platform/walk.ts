import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** One entry of a folder, found without following links. */
export interface WalkEntry {
  /** Relative to the folder, with `/`; empty for the folder itself. */
  path: string;
  stats: Stats;
}

/** Walks a folder depth first; a folder comes before what is in it. What disappears meanwhile is left out. */
export async function* walk(
  root: string,
  isSkipped: (path: string, name: string) => boolean,
  path = '',
): AsyncGenerator<WalkEntry> {
  const full = join(root, path);
  const stats = await lstat(full).catch(unlessAbsent);
  if (stats === null) return;
  yield { path, stats };
  if (!stats.isDirectory()) return;
  for (const name of ((await readdir(full).catch(unlessAbsent)) ?? []).toSorted()) {
    const below = path === '' ? name : `${path}/${name}`;
    if (!isSkipped(join(root, below), name)) yield* walk(root, isSkipped, below);
  }
}

const unlessAbsent = (error: NodeJS.ErrnoException): null => {
  if (error.code === 'ENOENT') return null;
  throw error;
};
