import { describe, expect, test } from 'vitest';
import type { DriftKind, JudgedFinding } from '../../../contracts/drift.ts';
import type { ServiceFacts, StackFacts } from '../../../domain/drift/facts.ts';
import { judge } from '../../../domain/drift/judge.ts';

const named = (found: readonly JudgedFinding[]): [string, string][] =>
  found.map(({ kind, path }) => [kind, path]);

const aService = (change: Partial<ServiceFacts> = {}): ServiceFacts => ({
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
  containers: [
    {
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
    },
  ],
  ...change,
});
const aStack = (change: Partial<StackFacts> = {}): StackFacts => ({
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
  ...change,
});
const judged = (service: ServiceFacts | null, stack: StackFacts | null = null): JudgedFinding[] =>
  judge({
    day: '2026-11-29',
    services: service === null ? [] : [service],
    stack,
    ignore: [],
  });
const none = { files: [], host: [], policy: [] };
const gone = { name: '/s/.env', before: 'read', after: null };
const since = (of: 'host' | 'policy', name: string): Partial<StackFacts> => ({
  changed: { ...none, [of]: [{ name, before: '5', after: '6' }] },
});
const appeared: Partial<StackFacts> = {
  changed: { ...none, files: [{ name: '/s/compose.override.yml', before: null, after: 'read' }] },
};
const abandoned = { abandoned: [{ name: 'c'.repeat(64), service: 'db' }] };
const container = (change: Partial<ServiceFacts['containers'][0]>) => ({
  containers: [{ ...aService().containers[0]!, ...change }],
});

describe('what is around the settings of a container', () => {
  test.each<[DriftKind, string, Partial<ServiceFacts>]>([
    ['service_missing', 'services.web', { containers: [] }],
    ['replica_missing', 'services.web.scale', { replicas: 3 }],
    [
      'replica_extra',
      'services.web.scale',
      { containers: [...aService().containers, ...aService().containers] },
    ],
    ['restart_policy', 'services.web.restart', container({ restart_policy: 'always' })],
    ['image_gone', 'services.web.image', { image: { ...aService().image!, id: null } }],
    ['files_differ', 'services.web', container({ made_from: '/a.yml', same_definition: false })],
    [
      'bind_source_missing',
      'services.web.volumes./c',
      { sources: [{ path: 'volumes./c', source: '/c', is: 'missing' }] },
    ],
    [
      'bind_source_became_dir',
      'services.web.volumes./c',
      { sources: [{ path: 'volumes./c', source: '/c', is: 'became_dir' }] },
    ],
    [
      'bind_file_stale',
      'services.web.volumes./c',
      { sources: [{ path: 'volumes./c', source: '/c', is: 'stale' }] },
    ],
    [
      'rootfs_changed',
      'services.web',
      container({ changed_files: [{ path: '/usr/bin/x', change: 'added', executable: false }] }),
    ],
    [
      'definition_changed',
      'services.web',
      container({ same_definition: false, unproved: ['blkio_config.weight'] }),
    ],
    [
      'bind_content_changed',
      'services.web.volumes./c',
      { contents: [{ path: 'volumes./c', of: 'bind', read_only: true, container: 'shop-web-1' }] },
    ],
    [
      'secret_content',
      'services.web.secrets.key',
      {
        contents: [{ path: 'secrets.key', of: 'secret', read_only: true, container: 'shop-web-1' }],
      },
    ],
    [
      'config_content',
      'services.web.configs.app',
      {
        contents: [{ path: 'configs.app', of: 'config', read_only: true, container: 'shop-web-1' }],
      },
    ],
    [
      'image_update',
      'services.web.image',
      { image: { ...aService().image!, update: `sha256:${'b'.repeat(64)}` } },
    ],
    [
      'image_vulnerable',
      'services.web.image.CVE-2026-1.openssl',
      {
        image: {
          ...aService().image!,
          vulnerable: [
            {
              id: 'CVE-2026-1',
              package: 'openssl',
              has: '3.0.1',
              fixed: '3.0.2',
              severity: 'high',
            },
          ],
        },
      },
    ],
    ['clock_or_zone', 'services.web.environment.TZ', { unknown_zone: 'Europe/Madird' }],
  ])('%s', (kind, path, change) => {
    expect(named(judged(aService(change)))).toContainEqual([kind, path]);
  });

  test('a clock is off only beyond what the question itself may take', () => {
    expect(judged(null, aStack({ clock: { off_ms: 2500, bound_ms: 900 } }))).toEqual([]);
  });
  test('a guard of policy that changed is more than a remark', () => {
    const severity = (name: string) => judged(null, aStack(since('policy', name)))[0]!.severity;
    expect(severity('x-vx11.confirm.quorum')).toBe('high');
    expect(severity('services.web.x-vx11.max_ttl')).toBe('info');
  });
  test('a core service that runs as a process of the machine needs no image', () => {
    const image = { ...aService().image!, reference: 'core:1', id: null };
    const core: Partial<ServiceFacts> = { tier: 'core', awake: false, containers: [], image };
    expect(named(judged(aService(core)))).toEqual([]);
    expect(named(judged(aService({ ...core, awake: true })))).toContainEqual([
      'image_gone',
      'services.web.image',
    ]);
  });

  test.each<[DriftKind, string, Partial<StackFacts>]>([
    [
      'orphan_container',
      'containers.shop-old-1',
      {
        orphans: {
          containers: [{ name: 'shop-old-1', service: 'old', status: 'exited' }],
          networks: [],
          volumes: [],
        },
      },
    ],
    [
      'orphan_network',
      'networks.shop_old',
      { orphans: { containers: [], networks: ['shop_old'], volumes: [] } },
    ],
    [
      'orphan_volume',
      'volumes.shop_old',
      { orphans: { containers: [], networks: [], volumes: ['shop_old'] } },
    ],
    [
      'run_leftover',
      'containers.shop-run-1',
      { leftovers: [{ name: 'shop-run-1', service: 'web', hours: 3 }] },
    ],
    ['rogue_twin', 'containers.hand', { twins: [{ name: 'hand', on: 'network shop_default' }] }],
    [
      'network_definition',
      'networks.default',
      { networks: [{ key: 'default', name: 'shop_default', state: 'changed' }] },
    ],
    [
      'volume_definition',
      'volumes.data',
      { volumes: [{ key: 'data', name: 'shop_data', state: 'changed' }] },
    ],
    [
      'volume_foreign',
      'volumes.data',
      { volumes: [{ key: 'data', name: 'shop_data', state: 'foreign' }] },
    ],
    ['variable_unset', 'variables.TAG', { unset: ['TAG'] }],
    [
      'file_permission',
      'files./s/key',
      { loose_files: [{ path: '/s/key', mode: '0644', secret: true }] },
    ],
    ['anonymous_dangling', `volumes.${'c'.repeat(64)}`, abandoned],
    ['clock_or_zone', 'host.clock', { clock: { off_ms: -9000, bound_ms: 5 } }],
    ['host_changed', 'host.kernel', since('host', 'kernel')],
    ['policy_changed', 'services.web.x-vx11.tier', since('policy', 'services.web.x-vx11.tier')],
    ['override_appeared', 'files./s/compose.override.yml', appeared],
    ['override_gone', 'files./s/.env', { changed: { ...none, files: [gone] } }],
    ['unreadable', 'stack', { refusal: 'yaml: line 2' }],
    [
      'unreadable',
      'x-vx11.drift.git',
      { wrong_settings: [{ path: 'x-vx11.drift.git', detail: 'no such choice' }] },
    ],
  ])('%s of the stack', (kind, path, change) => {
    expect(named(judged(null, aStack(change)))).toEqual([[kind, path]]);
  });

  test('a service as it should be, and one that is asleep, have no finding', () => {
    expect(judged(aService(), aStack())).toEqual([]);
    expect(judged(aService({ awake: false, containers: [] }))).toEqual([]);
    expect(judged(aService({ awake: false, replicas: 3 }))).toEqual([]);
  });
  test('nothing is said of a service that is under way', () => {
    const all = {
      containers: [],
      sources: [{ path: 'volumes./c', source: '/c', is: 'missing' as const }],
    };
    expect(judged(aService({ ...all, busy: true }))).toEqual([]);
    expect(judged(aService(all))).toHaveLength(2);
  });
});

describe('a rule of the file', () => {
  const ignored = (rule: object, day = '2026-11-29') =>
    judge({
      day,
      services: [aService({ containers: [] })],
      stack: null,
      ignore: [{ kind: 'service_missing', reason: 'moving', until: '2026-12-24', ...rule }],
    })[0]!;
  test('that covers a finding makes it ignored, and says why', () => {
    expect(ignored({ path: 'services.*' })).toMatchObject({
      state: 'ignored',
      evidence: { reason: 'moving', until: '2026-12-24' },
    });
  });
  test.each([
    ['of another kind', { kind: 'env_changed' }],
    ['of another path', { path: 'services.db' }],
    ['that has ended', { until: '2026-11-28' }],
    ['that would last too long', { until: '2027-11-28' }],
  ])('%s covers nothing', (_, rule) => {
    expect(ignored(rule).state).toBe('drift');
  });
});
