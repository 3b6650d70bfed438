import type { ComposeService } from '../capture.ts';
import { refusalOf } from './limits.ts';
import { overridden, reset, taggedJson } from './tagged-json.ts';

/** A stack as `docker compose config --format json` prints it, for a copy of its folder. */
export interface StackModel {
  services: Record<string, ComposeService>;
  networks?: Record<string, Record<string, unknown> | null>;
  volumes?: Record<string, Record<string, unknown> | null>;
}

/** What the Compose projects of trials begin with. */
export const trialPrefix = 'vx11-repair-';

export interface Isolation {
  /** The Compose project of the trial; its images begin with it. */
  project: string;
  /** The folder of the copy; what is mounted from elsewhere is read-only. */
  folder: string;
  /** The labels of everything that the trial creates. */
  labels: Record<string, string>;
  /** What each source of a bind mount is, once its links are followed. */
  realPaths: ReadonlyMap<string, string>;
  /** Nothing of the trial starts, so it may log where it likes: the Engine shall say whether it can. */
  neverStarts?: true;
}

export type Isolated = { override: string } | { refused: string };

/**
 * Writes a compose file that goes on top of a stack's own files and makes it a trial: no port of the host, no name and no
 * network or volume that something else uses, nothing outside the copy writable, no restart, images of its own. The
 * services' own limits stay. Needs Compose 2.24 or later, for `!reset` and `!override`.
 * @returns why the stack cannot be isolated, if it cannot
 */
export function isolate(model: StackModel, isolation: Isolation): Isolated {
  for (const [name, service] of Object.entries(model.services)) {
    const because = refusalOf(name, service, isolation.realPaths);
    if (because !== null) return { refused: because };
  }
  const images = ownImages(model, isolation.project);
  const { labels } = isolation;
  const services = Object.fromEntries(
    Object.entries(model.services).map(([name, service]) => [
      name,
      isolatedService(service, isolation, images.get(service['image'] as string)),
    ]),
  );
  for (const [name, service] of Object.entries(model.services)) {
    if (service['build'] !== undefined && service['image'] === undefined)
      Object.assign(services[name]!, { image: imageName(isolation.project, name) });
  }
  const networks = Object.fromEntries(
    Object.entries(model.networks ?? {}).map(([key, network]) => {
      const kept = pick(network ?? {}, ['internal', 'enable_ipv6']);
      return [key, overridden({ ...kept, labels })];
    }),
  );
  const volumes = Object.fromEntries(
    Object.keys(model.volumes ?? {}).map((key) => [key, overridden({ labels })]),
  );
  return { override: taggedJson({ services, networks, volumes }) };
}

const imageName = (project: string, service: string): string =>
  `${project}-${service.toLowerCase()}`;

/** An image that a service of the stack builds gets a name of the trial, also where another service uses it. */
function ownImages({ services }: StackModel, project: string): Map<string, string> {
  const built = Object.entries(services).filter(
    ([, { build, image }]) => build !== undefined && typeof image === 'string',
  );
  return new Map(built.map(([name, { image }]) => [String(image), imageName(project, name)]));
}

function isolatedService(
  service: ComposeService,
  isolation: Isolation,
  image: string | undefined,
): Record<string, unknown> {
  const { labels, neverStarts = false } = isolation;
  const has = (key: string): boolean => service[key] !== undefined && service[key] !== null;
  const build = {
    labels,
    tags: reset,
    cache_to: reset,
  };
  return {
    ...(image !== undefined && { image }),
    ...(has('build') && { build }),
    ...(has('ports') && { ports: reset }),
    ...(has('container_name') && { container_name: reset }),
    ...(has('external_links') && { external_links: reset }),
    ...(has('mac_address') && { mac_address: reset }),
    ...(has('volumes') && { volumes: overridden(mountsOf(service, isolation)) }),
    ...(has('networks') && { networks: overridden(joinedBy(service)) }),
    // a driver that sends logs elsewhere would leave nothing to read here
    ...(has('logging') && !neverStarts && { logging: overridden({ driver: 'json-file' }) }),
    ...(hasRestartPolicy(service) && { deploy: { restart_policy: reset } }),
    pull_policy: 'never',
    restart: 'no',
    labels,
  };
}

const hasRestartPolicy = ({ deploy }: ComposeService): boolean =>
  (deploy as { restart_policy?: unknown } | undefined)?.restart_policy !== undefined;

interface Mount extends Record<string, unknown> {
  type?: string;
  source?: string;
  bind?: Record<string, unknown>;
}

function mountsOf(service: ComposeService, { folder, realPaths }: Isolation): Mount[] {
  return (service['volumes'] as Mount[]).map((mount) => {
    if (mount.type !== 'bind' || mount.source === undefined) return mount;
    const real = realPaths.get(mount.source) ?? mount.source;
    if (real === folder || real.startsWith(`${folder}/`)) return mount;
    // what is not there must not be created outside the copy either
    const bind = { ...mount.bind, create_host_path: false };
    return { ...mount, read_only: true, bind };
  });
}

/** The networks of a service without fixed addresses, which only one stack can have. */
const joinedBy = ({ networks }: ComposeService): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(networks as Record<string, Record<string, unknown> | null>).map(
      ([name, joined]) => [name, pick(joined ?? {}, ['aliases', 'priority', 'gw_priority'])],
    ),
  );

const pick = (from: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> =>
  Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
