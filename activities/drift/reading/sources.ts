import { readdir, readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import type { SourceFacts } from '../../../domain/drift/facts.ts';
import type { Inspected } from '../../../domain/drift/readout.ts';
import type { BoundFile } from '../../../domain/drift/shape/mounts.ts';

/** Sources of binds of a container that are not what they have to be. */
export async function changedSources(
  container: Inspected,
  bound: readonly Pick<BoundFile, 'path' | 'source' | 'of'>[],
): Promise<SourceFacts[]> {
  const replaced = container.State.Running ? await replacedFiles(container) : new Set<string>();
  const isNew = container.State.Status === 'created';
  const found = await Promise.all(
    bound.map(async ({ path, source, of }): Promise<SourceFacts[]> => {
      const is =
        (await problemOf(source, of !== 'bind' || isFileName(source))) ??
        (replaced.has(path.slice('volumes.'.length)) ? 'stale' : null);
      // the first start makes a folder that nobody has made
      if (is === 'missing' && isNew && of === 'bind' && !isFileName(source)) return [];
      return is === null ? [] : [{ path, source, is }];
    }),
  );
  return found.flat();
}

/** A name with an extension is a file's; `conf.d` is a folder's. */
const isFileName = (path: string): boolean =>
  /^[^.].*\.[A-Za-z]\w{0,9}$/.test(basename(path)) && !path.endsWith('.d');

/**
 * The Engine makes an empty folder of root's where a source is missing.
 * @param isFile whether it has to be a file: a secret or config always is
 */
async function problemOf(
  source: string,
  isFile: boolean,
): Promise<'missing' | 'became_dir' | null> {
  const found = await stat(source).catch((error: NodeJS.ErrnoException) =>
    error.code === 'ENOENT' ? ('missing' as const) : null,
  );
  if (found === null || found === 'missing') return found;
  if (!found.isDirectory() || found.uid !== 0 || !isFile) return null;
  return (await readdir(source).catch(() => ['?'])).length === 0 ? 'became_dir' : null;
}

/**
 * Where a file is mounted that another one has replaced since: its process still reads the old one. Empty where the container's
 * processes cannot be seen, as from another container.
 */
async function replacedFiles({ Id, State }: Inspected): Promise<Set<string>> {
  const { Pid: pid = 0 } = State as { Pid?: number };
  const text = await readFile(`/proc/${pid}/mountinfo`, 'utf8').catch(() => '');
  // the same number may be another process here
  if (!text.includes(Id)) return new Set();
  const lines = text.split('\n').map((line) => line.split(' '));
  return new Set(
    lines.flatMap(([, , , root, place]) =>
      root !== undefined && place !== undefined && root.endsWith('//deleted') ? [place] : [],
    ),
  );
}
