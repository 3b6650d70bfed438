import { readdir } from 'node:fs/promises';
import { isAbsolute, join } from 'node:path';
import type { Program } from '../../domain/programs/program.ts';
import type { FileIdentity, FoundProgram } from '../../domain/programs/finding.ts';
import { timeout } from '../../platform/concurrency/timeout.ts';
import { authIn } from './auth.ts';
import { factsIn, isExecutable, realpathIn, type SearchedRoot } from './program-files.ts';

/** A folder that takes longer to read, such as one of a dead network drive, counts as empty. */
const folderMs = 1000;

/**
 * Finds the programs of a root: reads each PATH folder once, and follows the links of what it finds there. As a shell does, it
 * takes the first executable file; where there is none, the first entry with that name is reported, and why it cannot be used.
 * Nothing is run and nothing is opened.
 */
export async function findPrograms(
  of: SearchedRoot,
  table: ReadonlyMap<string, Program>,
  checked_at: string,
): Promise<FoundProgram[]> {
  const folders = [...new Set(of.path.filter((folder) => isAbsolute(folder)))];
  const listed = await Promise.all(folders.map((folder) => namesIn(of, folder)));
  const places = new Map<string, string[]>();
  for (const [at, names] of listed.entries())
    for (const name of names)
      if (table.has(name))
        places.set(name, [...(places.get(name) ?? []), join(folders[at]!, name)]);
  return Promise.all(
    [...places].map(async ([name, paths]) => {
      const program = table.get(name)!;
      const { path, realpath, identity, problem } = await firstUsable(of, paths);
      return {
        name,
        category: program.category,
        path,
        realpath,
        root: of.root,
        version: null,
        version_from: 'unknown',
        usable: problem === null,
        reason: problem,
        auth: await authIn(of, program),
        checked_at,
        identity,
        asked: false,
      } as const;
    }),
  );
}

async function namesIn(of: SearchedRoot, folder: string): Promise<string[]> {
  const read = async (): Promise<string[]> =>
    readdir(join(of.folder || '/', await realpathIn(of, folder)));
  return timeout(folderMs, folder, read()).catch(() => []);
}

interface Place {
  path: string;
  realpath: string | null;
  identity: FileIdentity | null;
  /** Null for an executable file. */
  problem: string | null;
}

async function firstUsable(of: SearchedRoot, paths: readonly string[]): Promise<Place> {
  let first: Place | undefined;
  for (const path of paths) {
    const place = await inspect(of, path);
    if (place.problem === null) return place;
    first ??= place;
  }
  return first!;
}

async function inspect(of: SearchedRoot, path: string): Promise<Place> {
  try {
    const realpath = await realpathIn(of, path);
    const facts = await factsIn(of, realpath);
    const unusable = (problem: string): Place => ({ path, realpath, identity: null, problem });
    if (facts.isDirectory()) return unusable('it is a folder');
    if (!facts.isFile()) return unusable('it is not a regular file');
    if (!(await isExecutable(of, realpath, facts))) return unusable('it is not executable');
    const { ino, size, mtimeMs: mtime_ms } = facts;
    return {
      path,
      realpath,
      identity: { realpath, inode: String(ino), size, mtime_ms },
      problem: null,
    };
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    return {
      path,
      realpath: null,
      identity: null,
      problem: problems[code] ?? `it cannot be read: ${code}`,
    };
  }
}

const problems: Readonly<Record<string, string>> = {
  ELOOP: 'its links lead in a circle',
  ENOENT: 'its link leads nowhere',
  ENOTDIR: 'its link leads nowhere',
  EACCES: 'it cannot be read',
};
