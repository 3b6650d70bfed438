import { realpath } from 'node:fs/promises';
import { join, posix, relative, resolve } from 'node:path';
import { sinceBaseline, type Baseline } from '../../../domain/drift/baseline.ts';
import type { FileFact } from '../../../domain/incidents/facts.ts';
import { walk } from '../../../platform/files/walk.ts';
import { openMemory } from '../../drift/reading/memory.ts';
import type { PowerHost } from '../../power/host/host.ts';

/** A folder that would make it more is not looked at. */
const mostFiles = 20_000;
const mostFound = 200;
const mostPatches = 50;
const dayMs = 86_400_000;
/** Folders that change all the time, or that have a history of their own. */
const left = /^(\.git|\.hg|\.svn|node_modules|\.venv|__pycache__|\.cache|cache|tmp)$/;

/**
 * What came, went, or changed its mode or owner in the folder of the stack since a day ago. What services write, as their bind
 * mounts, VX11's own home, and files that VX11 patched meanwhile are left out. Of a folder that cannot be read, or for which
 * there are too many files, nothing is said until it is looked at again.
 * @param most how many files and folders are looked at
 */
export function createFilesReader(
  power: Pick<PowerHost, 'store' | 'host' | 'clock' | 'catalog'>,
  folder: string,
  home: string,
  most = mostFiles,
): () => Promise<FileFact[]> {
  return async () => {
    const at = power.clock();
    const written = writtenIn(power.catalog.reading()?.config.services ?? {});
    const { found: seen, unseen } = await entriesOf(
      folder,
      new Set([resolve(home), ...written]),
      most,
    );
    const memory = await openMemory(power.store, power.host, at);
    const unseenBefore = (memory.get('tree_unseen') ?? []) as string[];
    const kept = memory.get('tree') as Baseline | null;
    const { baseline, changes } = sinceBaseline(kept, seen, at, {
      now: isBelow(unseen),
      before: isBelow(unseenBefore),
    });
    memory.set('tree', baseline);
    memory.set('tree_unseen', unseen);
    await memory.save();
    const patched = changes.length === 0 ? new Set() : await patchedSince(power, at - dayMs);
    const found = changes.filter(({ name }) => !patched.has(name));
    return found.slice(0, mostFound).map(({ name, before, after }) => ({
      path: name,
      what: before === null ? 'extra' : after === null ? 'missing' : 'permission',
    }));
  };
}

/** Files of patches that were applied since. */
async function patchedSince(
  { store, host }: Pick<PowerHost, 'store' | 'host'>,
  since: number,
): Promise<Set<string>> {
  const { patches } = await store.patches.list({ limit: mostPatches });
  const ours = patches.filter(
    (one) => one.host === host && one.applied_at !== null && Date.parse(one.applied_at) >= since,
  );
  return new Set(
    ours.flatMap(({ files, change }) => [
      ...files.map(({ path }) => path),
      ...(change?.operations ?? []).flatMap((one) => (one.op === 'file_mode' ? [one.file] : [])),
    ]),
  );
}

/** Places that services may write. */
const writtenIn = (services: Readonly<Record<string, { volumes?: unknown }>>): string[] =>
  Object.values(services).flatMap(({ volumes }) =>
    (Array.isArray(volumes) ? (volumes as Record<string, unknown>[]) : []).flatMap((one) =>
      one['type'] === 'bind' && one['read_only'] !== true && typeof one['source'] === 'string'
        ? one['source']
        : [],
    ),
  );

/** Mode and owner by path below the folder, and the paths of what could not be looked at; `.` is the folder itself. */
async function entriesOf(
  folder: string,
  closed: ReadonlySet<string>,
  most: number,
): Promise<{ found: Record<string, string>; unseen: string[] }> {
  const found: Record<string, string> = {};
  const unseen: string[] = [];
  const unreadable = (path: string): void => void unseen.push(path === '' ? '.' : path);
  let count = 0;
  // in the order of names, so that each look leaves out the same folders
  const enters = (path: string, entries: number): boolean => {
    if (count + entries > most) {
      unreadable(path);
      return false;
    }
    count += entries;
    return true;
  };
  const root = await realpath(folder).catch(() => folder);
  const isLeft = (path: string, name: string): boolean =>
    left.test(name) || closed.has(join(folder, relative(root, path)));
  let isThere = false;
  for await (const { path, stats } of walk(root, isLeft, { unreadable, enters })) {
    if (path === '') isThere = true;
    else found[path] = `0${(stats.mode & 0o7777).toString(8)} ${stats.uid}:${stats.gid}`;
  }
  if (!isThere) unreadable('');
  return { found, unseen };
}

/** Whether a path is one of these or lies below one. */
function isBelow(places: readonly string[]): (path: string) => boolean {
  const known = new Set(places);
  return (path) => {
    for (let at = path; ; at = posix.dirname(at)) {
      if (known.has(at)) return true;
      if (at === '.') return false;
    }
  };
}
