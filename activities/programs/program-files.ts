import { constants, type Stats } from 'node:fs';
import { access, lstat, open, readlink, realpath, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { ProgramRoot } from '../../contracts/programs.ts';

/** A tree of files in which programs are looked for. */
export interface SearchedRoot {
  root: ProgramRoot;
  /** Where its `/` is; empty for the root of this process itself. */
  folder: string;
  /** Its PATH folders, in order, as the root sees them. */
  path: readonly string[];
  /** Its home folders, as the root sees them. */
  homes: readonly string[];
  /** The names of its variables; null if they are not known here. */
  variables: ReadonlySet<string> | null;
}

/** As many as Linux follows. */
const mostLinks = 40;

const failure = (code: string): NodeJS.ErrnoException => Object.assign(new Error(code), { code });

/**
 * Follows the links of a path inside its root: one that is absolute stays in the root.
 * @returns the path as the root sees it
 * @throws ENOENT, ELOOP and the like
 */
export async function realpathIn({ folder }: SearchedRoot, path: string): Promise<string> {
  if (folder === '') return realpath(path);
  let left = path.split('/').filter(Boolean);
  let done = '/';
  let links = 0;
  while (left.length > 0) {
    const [name, ...rest] = left as [string, ...string[]];
    left = rest;
    if (name === '.') continue;
    if (name === '..') {
      done = dirname(done);
      continue;
    }
    const next = join(done, name);
    const facts = await lstat(join(folder, next));
    if (!facts.isSymbolicLink()) {
      done = next;
      continue;
    }
    links += 1;
    if (links > mostLinks) throw failure('ELOOP');
    const target = await readlink(join(folder, next));
    if (target.startsWith('/')) done = '/';
    left = [...target.split('/').filter(Boolean), ...left];
  }
  return done;
}

/** The facts of a file whose path has no links, as `realpathIn` returns it. */
export const factsIn = ({ folder }: SearchedRoot, real: string): Promise<Stats> =>
  stat(join(folder || '/', real));

/** Whether this process may run a file of its own root, or somebody may run one of another root. */
export async function isExecutable(of: SearchedRoot, real: string, facts: Stats): Promise<boolean> {
  if (of.folder !== '') return (facts.mode & 0o111) !== 0;
  return access(real, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** The start of a regular file, through links; null if there is none or it cannot be read. */
export async function readStart(
  of: SearchedRoot,
  path: string,
  maxBytes: number,
): Promise<string | null> {
  try {
    const real = await realpathIn(of, resolve('/', path));
    // a named pipe would block otherwise
    const flags = constants.O_RDONLY | constants.O_NONBLOCK;
    const handle = await open(join(of.folder || '/', real), flags);
    try {
      if (!(await handle.stat()).isFile()) return null;
      const { bytesRead, buffer } = await handle.read(Buffer.alloc(maxBytes), 0, maxBytes, 0);
      return buffer.toString('utf8', 0, bytesRead);
    } finally {
      await handle.close();
    }
  } catch {
    return null;
  }
}
