import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { upstreamVersion } from '../../domain/programs/version.ts';
import { realpathIn, type SearchedRoot } from './program-files.ts';

const listsFolder = '/var/lib/dpkg/info';
const statusFile = '/var/lib/dpkg/status';

/**
 * The versions of the Debian packages that own these files, by path; files of no package are left out.
 * @param realpaths as the root sees them
 */
export async function versionsFromDpkg(
  of: SearchedRoot,
  realpaths: readonly string[],
): Promise<Map<string, string>> {
  const owners = await ownersOf(of, realpaths);
  if (owners.size === 0) return new Map();
  const status = await realpathIn(of, statusFile)
    .then((real) => readFile(join(of.folder || '/', real), 'utf8'))
    .catch(() => '');
  const versions = new Map<string, string>();
  for (const stanza of status.split('\n\n')) {
    const name = /^Package: (\S+)$/m.exec(stanza)?.[1];
    const version = /^Version: (\S+)$/m.exec(stanza)?.[1];
    if (name !== undefined && version !== undefined) versions.set(name, version);
  }
  return new Map(
    [...owners].flatMap(([path, owner]) => {
      const version = upstreamVersion(versions.get(owner) ?? '');
      return version === null ? [] : [[path, version] as const];
    }),
  );
}

/** The packages that list these files. */
async function ownersOf(
  of: SearchedRoot,
  realpaths: readonly string[],
): Promise<Map<string, string>> {
  const real = await realpathIn(of, listsFolder).catch(() => listsFolder);
  const folder = join(of.folder || '/', real);
  const wanted = new Map(realpaths.flatMap((path) => namesOf(path).map((name) => [name, path])));
  const owners = new Map<string, string>();
  const lists = (await readdir(folder).catch(() => [])).filter((name) => name.endsWith('.list'));
  for (const list of lists) {
    if (owners.size === realpaths.length) break;
    const text = await readFile(join(folder, list), 'utf8').catch(() => '');
    for (const line of text.split('\n')) {
      const path = wanted.get(line);
      if (path !== undefined) owners.set(path, list.replace(/(?::[\w-]+)?\.list$/, ''));
    }
  }
  return owners;
}

/** A file of /usr/bin may be listed as one of /bin: they are one folder since Debian 12. */
const namesOf = (path: string): string[] =>
  /^\/usr\/s?bin\//.test(path) ? [path, path.slice('/usr'.length)] : [path];
