import type Docker from 'dockerode';
import type { ContainerFacts } from '../../../domain/drift/facts.ts';
import type { Inspected } from '../../../domain/drift/readout.ts';
import { callEngineWithin } from '../../engine/engine-error.ts';

const callMs = 10_000;
const most = 500;
interface Change {
  Path: string;
  Kind: 0 | 1 | 2;
}
const words = ['changed', 'added', 'removed'] as const;

/** Files in a container's own layer, without what is mounted or copied into it; null if the Engine does not say. */
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
  return found
    .filter(({ Path }) => !isMounted(Path))
    .slice(0, most)
    .map(({ Path, Kind }) => ({ path: Path, change: words[Kind] }));
}
