import { join } from 'node:path';
import type { ProgramFinding } from '../../contracts/programs.ts';
import type { Program } from '../../domain/programs/program.ts';
import { factsIn, realpathIn, type SearchedRoot } from './program-files.ts';

/**
 * Whether a program is logged in, as far as the existence of a known variable or credential file shows it: no file is opened.
 * It is unknown for a program without known ones, and where neither variables nor a home folder can be seen.
 */
export async function authIn(of: SearchedRoot, { auth }: Program): Promise<ProgramFinding['auth']> {
  if (auth === undefined) return 'unknown';
  if (auth.env.some((name) => of.variables?.has(name) === true)) return 'ready';
  const seen = await Promise.all(of.homes.map((home) => isThere(of, home)));
  const homes = of.homes.filter((_, at) => seen[at] === true);
  const files = homes.flatMap((home) => auth.files.map((file) => join(home, file)));
  const found = await Promise.all(files.map((file) => isThere(of, file)));
  if (found.includes(true)) return 'ready';
  const looked = homes.length > 0 || auth.files.length === 0;
  return looked && (of.variables !== null || auth.env.length === 0) ? 'missing' : 'unknown';
}

const isThere = (of: SearchedRoot, path: string): Promise<boolean> =>
  realpathIn(of, path)
    .then((real) => factsIn(of, real))
    .then(
      () => true,
      () => false,
    );
