import type Docker from 'dockerode';
import pLimit from 'p-limit';
import type { ChangedFile, ContainerFacts } from '../../../domain/drift/facts.ts';
import {
  isExecutable,
  isFolder,
  isWrittenAlways,
  type LayerStat,
} from '../../../domain/drift/layer.ts';
import type { Inspected } from '../../../domain/drift/readout.ts';
import { callEngineWithin } from '../../engine/engine-error.ts';

const callMs = 10_000;
const most = 500;
/** Of so many the mode is asked for, which is a call each. */
const mostStats = 50;
const statsAtOnce = 4;
interface Change {
  Path: string;
  Kind: 0 | 1 | 2;
}
const words = ['changed', 'added', 'removed'] as const;

/**
 * Files in a container's own layer, without what is mounted or copied into it, and without what programs write all the time; null
 * if the Engine does not say.
 */
export async function changedFiles(
  docker: Docker,
  { Id, Mounts, HostConfig }: Inspected,
  copied: readonly string[],
): Promise<ContainerFacts['changed_files']> {
  // an answer of `null` means that nothing changed; the client makes an empty buffer of it
  const found = await callEngineWithin(
    callMs,
    'changes',
    () => docker.getContainer(Id).changes() as Promise<unknown>,
  ).then(
    (answer) => (Array.isArray(answer) ? (answer as Change[]) : []),
    () => null,
  );
  if (found === null) return null;
  const places = [
    ...(Mounts ?? []).map(({ Destination }) => Destination),
    ...Object.keys((HostConfig['Tmpfs'] as Record<string, string> | null) ?? {}),
    // the Engine mounts it for `init: true`
    ...(HostConfig['Init'] === true ? ['/sbin/docker-init'] : []),
    ...copied,
  ];
  // folders above it are made, or count as changed, with it
  const isMounted = (path: string): boolean =>
    places.some((place) => place === path || place.startsWith(`${path}/`));
  // a folder in which something changed has changed, too
  const above = new Set(found.flatMap(({ Path }) => foldersAbove(Path)));
  const files = found
    .filter(({ Path }) => !isMounted(Path) && !above.has(Path) && !isWrittenAlways(Path))
    .slice(0, most);
  const limit = pLimit(statsAtOnce);
  const seen = await Promise.all(
    files.map(async ({ Path, Kind }, nth): Promise<ChangedFile[]> => {
      const change = words[Kind];
      const isAsked = change !== 'removed' && nth < mostStats;
      const stat = isAsked ? await limit(() => statOf(docker, Id, Path)) : null;
      // a folder alone: its rights or its time
      if (stat !== null && isFolder(stat)) return [];
      return [{ path: Path, change, executable: stat === null ? null : isExecutable(stat) }];
    }),
  );
  return seen.flat();
}

const foldersAbove = (path: string): string[] =>
  path
    .split('/')
    .slice(1, -1)
    .map((_, at, parts) => `/${parts.slice(0, at + 1).join('/')}`);

/** What the Engine says of a file in a container; null if it says nothing. */
const statOf = (docker: Docker, id: string, path: string): Promise<LayerStat | null> =>
  callEngineWithin(callMs, 'archive', async () => {
    const { headers } = (await docker.getContainer(id).infoArchive({ path })) as {
      headers: Record<string, string | undefined>;
    };
    const text = headers['x-docker-container-path-stat'] ?? '';
    return JSON.parse(Buffer.from(text, 'base64').toString('utf8')) as LayerStat;
  }).catch(() => null);
