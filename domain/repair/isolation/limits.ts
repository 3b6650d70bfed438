import type { ComposeService } from '../capture.ts';

/** Keys of a service that may join it to the host, or to a container that is no part of the trial. */
const namespaces = [
  'network_mode',
  'pid',
  'ipc',
  'uts',
  'userns_mode',
  'cgroup',
  'volumes_from',
] as const;

/** Folders of the host that hold sockets of the Engine, or the host itself; what is below them may be mounted. */
const wholeHost = /^\/(|run|var|var\/run|var\/lib|var\/lib\/docker|proc|sys|dev)\/?$/;

/**
 * Says why a service must not run in a trial: with a socket of the Engine or a namespace of the host it could act on
 * what is not a copy.
 */
export function refusalOf(
  name: string,
  service: ComposeService,
  realPaths: ReadonlyMap<string, string>,
): string | null {
  const refuse = (what: string): string =>
    `${name} ${what}, which reaches beyond a copy; VX11 tries no patch of such a stack`;
  if (service['privileged'] === true) return refuse('is privileged');
  if (service['use_api_socket'] === true) return refuse('uses the socket of Docker');
  if (service['provider'] !== undefined) return refuse('comes from a provider');
  for (const key of namespaces) {
    const values = [service[key] ?? []].flat().map(String);
    const shared = values.find((value) => /^(host|container:.*)$/.test(value));
    if (shared !== undefined) return refuse(`has ${key} ${shared}`);
  }
  const build = service['build'] as { privileged?: boolean; network?: string } | undefined;
  if (build?.privileged === true || build?.network === 'host')
    return refuse('is built with rights of the host');
  for (const { type, source = '' } of (service['volumes'] ?? []) as {
    type?: string;
    source?: string;
  }[]) {
    const paths = [source, realPaths.get(source) ?? source];
    if (type === 'bind' && paths.some((path) => wholeHost.test(path) || path.endsWith('.sock')))
      return refuse(`mounts ${source}`);
  }
  return null;
}
