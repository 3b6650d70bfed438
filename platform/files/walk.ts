import type { Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** One entry of a folder, found without following links. */
export interface WalkEntry {
  /** Relative to the folder, with `/`; empty for the folder itself. */
  path: string;
  stats: Stats;
}

/** What a walk does where it cannot look, or should not: by default it throws, and enters every folder. */
export interface WalkRules {
  /** Where below the folder it begins. */
  from?: string;
  /** Called with each path that cannot be read, relative to the folder, and the walk goes on without it. */
  unreadable?: (path: string) => void;
  /** Whether to look at the entries of a folder, which has so many that are not skipped. */
  enters?: (path: string, entries: number) => boolean;
}

/** Walks a folder depth first; a folder comes before what is in it. What disappears meanwhile is left out. */
export async function* walk(
  root: string,
  isSkipped: (path: string, name: string) => boolean,
  rules: WalkRules = {},
): AsyncGenerator<WalkEntry> {
  yield* walkAt(root, rules.from ?? '', isSkipped, rules);
}

async function* walkAt(
  root: string,
  path: string,
  isSkipped: (path: string, name: string) => boolean,
  rules: WalkRules,
): AsyncGenerator<WalkEntry> {
  const unreadable = (error: NodeJS.ErrnoException): null => {
    if (error.code === 'ENOENT') return null;
    if (rules.unreadable === undefined) throw error;
    rules.unreadable(path);
    return null;
  };
  const full = join(root, path);
  const stats = await lstat(full).catch(unreadable);
  if (stats === null) return;
  yield { path, stats };
  if (!stats.isDirectory()) return;
  const names = ((await readdir(full).catch(unreadable)) ?? []).filter(
    (name) => !isSkipped(join(full, name), name),
  );
  if (rules.enters?.(path, names.length) === false) return;
  for (const name of names.toSorted())
    yield* walkAt(root, path === '' ? name : `${path}/${name}`, isSkipped, rules);
}
