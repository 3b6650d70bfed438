import type { DriftKind } from '../../../contracts/drift.ts';
import type {
  ContainerFacts,
  Facts,
  ServiceFacts,
  StackFacts,
} from '../../../domain/drift/facts.ts';

const aContainer = (): ContainerFacts => ({
  name: 'shop-web-1',
  id: '123',
  status: 'running',
  restart_policy: 'no',
  same_definition: true,
  made_by: null,
  made_from: null,
  image: { reference: 'web:1', id: 'abc' },
  differences: [],
  unproved: [],
  gone_networks: [],
  changed_files: null,
});

/** A stack of one service that is as it should be. */
export const untouchedFacts = (): Facts => ({
  day: '2026-11-29',
  ignore: [],
  services: [
    {
      name: 'web',
      tier: 'window',
      awake: true,
      busy: false,
      replicas: 1,
      restart: 'no',
      image: { reference: 'web:1', id: 'abc', obtainable: false, update: null, vulnerable: [] },
      sources: [],
      contents: [],
      unknown_zone: null,
      containers: [aContainer()],
    },
  ],
  stack: {
    refusal: null,
    wrong_settings: [],
    unset: [],
    networks: [],
    volumes: [],
    orphans: { containers: [], networks: [], volumes: [] },
    leftovers: [],
    twins: [],
    abandoned: [],
    changed: { files: [], host: [], policy: [] },
    clock: null,
    loose_files: [],
  },
});

/** One thing that is changed, and the path at which it has to be found. */
export type Seed = readonly [path: string, change: (facts: Facts) => void];

const service =
  (change: (web: ServiceFacts) => void) =>
  ({ services: [web] }: Facts): void =>
    change(web!);
const container = (change: (one: ContainerFacts) => void) =>
  service(({ containers }) => {
    const [one] = containers;
    if (one !== undefined) change(one);
  });
const stack =
  (change: (of: StackFacts) => void) =>
  ({ stack: of }: Facts): void =>
    change(of!);
const differs = (path: string, expected: string | null, actual: string | null): Seed => [
  `services.web.${path}`,
  container(({ differences }) => void differences.push({ path, expected, actual })),
];
const source = (is: 'missing' | 'became_dir' | 'stale'): Seed => [
  `services.web.volumes./${is}`,
  service(({ sources }) => void sources.push({ path: `volumes./${is}`, source: `/s/${is}`, is })),
];
const content = (of: 'bind' | 'secret' | 'config'): Seed => [
  `services.web.${of}s.app`,
  service(
    ({ contents }) =>
      void contents.push({ path: `${of}s.app`, of, read_only: true, container: 'shop-web-1' }),
  ),
];

/** One of each kind. */
export const seeds: Readonly<Record<DriftKind, Seed>> = {
  service_missing: ['services.web', service((web) => void (web.containers = []))],
  replica_missing: ['services.web.scale', service((web) => void (web.replicas = 3))],
  replica_extra: [
    'services.web.scale',
    service(({ containers }) => void containers.push(aContainer(), aContainer())),
  ],
  orphan_container: [
    'containers.shop-old-1',
    stack(
      ({ orphans }) =>
        void orphans.containers.push({ name: 'shop-old-1', service: 'old', status: 'exited' }),
    ),
  ],
  run_leftover: [
    'containers.shop-run-1',
    stack(({ leftovers }) => void leftovers.push({ name: 'shop-run-1', service: 'web', hours: 3 })),
  ],
  rogue_twin: [
    'containers.hand',
    stack(({ twins }) => void twins.push({ name: 'hand', on: 'network shop_default' })),
  ],
  definition_changed: differs('shm_size', '64', '128'),
  definition_respelled: ['services.web', container((one) => void (one.same_definition = false))],
  files_differ: [
    'services.web',
    container((one) => void Object.assign(one, { made_from: '/a.yml', same_definition: false })),
  ],
  override_appeared: [
    'files./s/compose.override.yml',
    stack(
      ({ changed }) =>
        void changed.files.push({ name: '/s/compose.override.yml', before: null, after: 'read' }),
    ),
  ],
  override_gone: [
    'files./s/.env',
    stack(
      ({ changed }) => void changed.files.push({ name: '/s/.env', before: 'read', after: null }),
    ),
  ],
  variable_unset: ['variables.TAG', stack(({ unset }) => void unset.push('TAG'))],
  image_moved: [
    'services.web.image',
    container((one) => void (one.image = { reference: 'web:1', id: 'old' })),
  ],
  image_gone: ['services.web.image', service(({ image }) => void (image!.id = null))],
  image_update: [
    'services.web.image',
    service(({ image }) => void (image!.update = `sha256:${'b'.repeat(64)}`)),
  ],
  image_vulnerable: [
    'services.web.image.CVE-2026-1.openssl',
    service(
      ({ image }) =>
        void image!.vulnerable.push({
          id: 'CVE-2026-1',
          package: 'openssl',
          has: '3.0.1',
          fixed: '3.0.2',
          severity: 'high',
        }),
    ),
  ],
  env_changed: differs('environment.MODE', 'sealed a', 'sealed b'),
  command_changed: differs('command', 'sleep 1', 'sleep 2'),
  user_changed: differs('user', 'app', null),
  labels_changed: differs('labels.a', '1', '2'),
  mounts_changed: differs('volumes./data', 'volume data, writable', null),
  bind_source_missing: source('missing'),
  bind_source_became_dir: source('became_dir'),
  bind_file_stale: source('stale'),
  bind_content_changed: content('bind'),
  secret_content: content('secret'),
  config_content: content('config'),
  network_missing: differs('networks.back', 'attached', null),
  network_extra: differs('networks.other', null, 'attached'),
  alias_lost: differs('networks.default.aliases.www', 'attached', null),
  network_definition: [
    'networks.default',
    stack(
      ({ networks }) =>
        void networks.push({ key: 'default', name: 'shop_default', state: 'changed' }),
    ),
  ],
  network_gone: [
    'services.web.networks.front',
    container(({ gone_networks }) => void gone_networks.push('front')),
  ],
  namespace_parent_gone: differs('pid', 'service:vpn', `container:${'f'.repeat(64)}`),
  volume_definition: [
    'volumes.data',
    stack(({ volumes }) => void volumes.push({ key: 'data', name: 'shop_data', state: 'changed' })),
  ],
  volume_foreign: [
    'volumes.media',
    stack(
      ({ volumes }) => void volumes.push({ key: 'media', name: 'shop_media', state: 'foreign' }),
    ),
  ],
  orphan_volume: [
    'volumes.shop_old',
    stack(({ orphans }) => void orphans.volumes.push('shop_old')),
  ],
  orphan_network: [
    'networks.shop_old',
    stack(({ orphans }) => void orphans.networks.push('shop_old')),
  ],
  anonymous_dangling: [
    `volumes.${'c'.repeat(64)}`,
    stack(({ abandoned }) => void abandoned.push({ name: 'c'.repeat(64), service: 'db' })),
  ],
  limits_changed: differs('mem_limit', '64', '32'),
  restart_policy: [
    'services.web.restart',
    container((one) => void (one.restart_policy = 'always')),
  ],
  ports_changed: differs('ports.80/tcp', '127.0.0.1:80', '127.0.0.1:81'),
  port_exposed: differs('ports.443/tcp', '127.0.0.1:443', '0.0.0.0:443'),
  privilege_gained: differs('privileged', null, 'true'),
  healthcheck_changed: differs('healthcheck.interval', '5000000000', '1000000000'),
  rootfs_changed: [
    'services.web',
    container(
      (one) => void (one.changed_files = [{ path: '/app/x', change: 'added', executable: false }]),
    ),
  ],
  file_permission: [
    'files./s/key',
    stack(
      ({ loose_files }) => void loose_files.push({ path: '/s/key', mode: '0644', secret: true }),
    ),
  ],
  clock_or_zone: ['host.clock', stack((of) => void (of.clock = { off_ms: -9000, bound_ms: 5 }))],
  host_changed: [
    'host.kernel',
    stack(({ changed }) => void changed.host.push({ name: 'kernel', before: '5', after: '6' })),
  ],
  policy_changed: [
    'x-vx11.confirm.quorum',
    stack(
      ({ changed }) =>
        void changed.policy.push({ name: 'x-vx11.confirm.quorum', before: '2', after: '1' }),
    ),
  ],
  unreadable: ['stack', stack((of) => void (of.refusal = 'yaml: line 2'))],
};
