import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FoundProgram } from '../../domain/programs/finding.ts';
import type { Program } from '../../domain/programs/program.ts';
import {
  versionInFile,
  versionInMetadata,
  versionInPackage,
  versionInPath,
} from '../../domain/programs/version.ts';
import { versionsFromDpkg } from './dpkg.ts';
import { readStart, realpathIn, type SearchedRoot } from './program-files.ts';

const mostBytes = 128 * 1024;
/** How many folders above a program are looked at for its package.json. */
const mostFolders = 6;

/** Finds the versions that are written down in files: the fastest way, and one that runs nothing. */
export async function withFileVersions(
  of: SearchedRoot,
  found: readonly FoundProgram[],
  table: ReadonlyMap<string, Program>,
): Promise<FoundProgram[]> {
  const own = await Promise.all(
    found.map(async (one) => {
      if (!one.usable || one.realpath === null) return null;
      return besideProgram(of, table.get(one.name)!, one.realpath);
    }),
  );
  const mayBePackaged = ({ name, usable }: FoundProgram): boolean =>
    usable && table.get(name)!.packaged !== false;
  const open = found.flatMap((one, at) =>
    mayBePackaged(one) && one.realpath !== null && own[at] === null ? [one.realpath] : [],
  );
  const packaged = await versionsFromDpkg(of, [...new Set(open)]);
  return found.map((one, at) => {
    const ofPackage = mayBePackaged(one) ? packaged.get(one.realpath ?? '') : undefined;
    const version = own[at] ?? ofPackage ?? null;
    return version === null ? one : { ...one, version, version_from: 'file' };
  });
}

async function besideProgram(
  of: SearchedRoot,
  program: Program,
  realpath: string,
): Promise<string | null> {
  return (
    (await fromPackage(of, program, realpath)) ??
    (program.beside === undefined ? null : await fromFile(of, program.beside, realpath)) ??
    (program.dist === undefined ? null : await fromDistribution(of, program.dist, realpath)) ??
    versionInPath(realpath)
  );
}

/** The nearest package.json that declares the program. */
async function fromPackage(
  of: SearchedRoot,
  { name }: Program,
  realpath: string,
): Promise<string | null> {
  let folder = dirname(realpath);
  for (let up = 0; up < mostFolders && folder !== '/'; up += 1) {
    const text = await readStart(of, join(folder, 'package.json'), mostBytes);
    const version = text === null ? null : versionInPackage(text, name);
    if (version !== null) return version;
    folder = dirname(folder);
  }
  return null;
}

async function fromFile(
  of: SearchedRoot,
  beside: string,
  realpath: string,
): Promise<string | null> {
  const text = await readStart(of, join(dirname(realpath), beside), mostBytes);
  return text === null ? null : versionInFile(text);
}

/** The METADATA of a Python distribution below the prefix of the program. */
async function fromDistribution(
  of: SearchedRoot,
  dist: string,
  realpath: string,
): Promise<string | null> {
  const lib = join(dirname(dirname(realpath)), 'lib');
  const normal = (name: string): string => name.toLowerCase().replace(/[-_.]+/g, '_');
  for (const python of (await listIn(of, lib)).filter((name) => name.startsWith('python3'))) {
    for (const packages of ['site-packages', 'dist-packages']) {
      const folder = join(lib, python, packages);
      const info = (await listIn(of, folder)).find((name) => {
        const [, own = ''] = /^(.+?)-\d[^-]*\.(?:dist|egg)-info$/.exec(name) ?? [];
        return normal(own) === normal(dist);
      });
      const text =
        info === undefined ? null : await readStart(of, join(folder, info, 'METADATA'), mostBytes);
      const version = text === null ? null : versionInMetadata(text);
      if (version !== null) return version;
    }
  }
  return null;
}

const listIn = (of: SearchedRoot, folder: string): Promise<string[]> =>
  realpathIn(of, folder)
    .then((real) => readdir(join(of.folder || '/', real)))
    .catch(() => []);
