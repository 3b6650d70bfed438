import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import type Docker from 'dockerode';
import { timeout } from '../../../platform/concurrency/timeout.ts';
import { callEngine } from '../../engine/engine-error.ts';
import { tarEntries } from '../../engine/tar-entries.ts';
import { removeContainer } from '../../sandbox/container.ts';
import { trialLabels } from '../trial/labels.ts';

const callMs = 10_000;
/** The longest that the folders of one image may take. */
const mostMs = 20_000;
const mostKept = 100;
const defaultPath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';
/** By the image's id, which never stands for another content. */
const cache = new Map<string, string[]>();

/**
 * The names of the programs on an image's PATH. They are read from the archive of its folders, so that no program of the
 * image runs; a container is created for that, and removed.
 * @param path the image's PATH; undefined if it sets none
 * @param owner this installation
 */
export async function programsOf(
  docker: Docker,
  { id, path }: { id: string; path: string | undefined },
  owner: string,
): Promise<string[]> {
  const known = cache.get(id);
  if (known !== undefined) return known;
  const deadline = Date.now() + callMs + mostMs;
  const key = randomUUID();
  // not quite this owner, so that the reaper leaves it until its deadline
  const labels = trialLabels({ key, owner: `capture of ${owner}`, boot: key, deadline });
  const options = { Image: id, Cmd: ['true'], NetworkDisabled: true, Labels: labels };
  const container = await callEngine('container create', () =>
    timeout(callMs, 'create', docker.createContainer(options)),
  );
  const names = new Set<string>();
  try {
    const over = performance.now() + mostMs;
    for (const folder of new Set((path ?? defaultPath).split(':').filter(Boolean))) {
      const left = Math.max(1, over - performance.now());
      // a folder that is absent has no programs, and a late one is left out
      await timeout(left, folder, addNames(container, folder, names)).catch(() => undefined);
    }
  } finally {
    await removeContainer(docker, container.id);
  }
  const found = [...names].toSorted();
  if (cache.size >= mostKept) cache.clear();
  cache.set(id, found);
  return found;
}

async function addNames(
  container: Docker.Container,
  folder: string,
  names: Set<string>,
): Promise<void> {
  // with the dot, a link to a folder is followed
  const archive = Readable.from(await container.getArchive({ path: `${folder}/.` }));
  try {
    for await (const { path, mode, kind } of tarEntries(archive)) {
      const [name = '', ...below] = path.replace(/^\.\//, '').split('/');
      const isProgram = kind === 'link' || (kind === 'file' && (mode & 0o111) !== 0);
      if (isProgram && below.length === 0 && name !== '') names.add(name);
    }
  } finally {
    archive.destroy();
  }
}
