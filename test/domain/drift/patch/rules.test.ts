import { expect, test } from 'vitest';
import { driftKind, type DriftKind } from '../../../../contracts/drift.ts';
import type { PatchOperation } from '../../../../contracts/patch-operation.ts';
import { patchOperation } from '../../../../contracts/patch-operation.ts';
import { labelOf } from '../../../../domain/drift/compact.ts';
import { cannotRestore, draftPatch, type Direction } from '../../../../domain/drift/patch/draft.ts';
import type { Ground } from '../../../../domain/drift/patch/ground.ts';
import { rules } from '../../../../domain/drift/patch/rules.ts';
import type { Inspected } from '../../../../domain/drift/readout.ts';
import { applyTyped } from '../../../../domain/patches/typed/apply-typed.ts';
import { readYaml } from '../../../../domain/patches/yaml-document.ts';
import { findingExample } from '../finding-example.ts';

const id = 'c'.repeat(64);
const text = `services:
  web:
    image: web:1
    environment:
      MODE: calm # ours
      LEVEL: \${LEVEL}
    labels: [ "shop.part=web" ]
    mem_limit: 64m
  core: {}
`;
const container = {
  Id: id,
  Name: '/shop-web-1',
  Image: `sha256:${'1'.repeat(64)}`,
  Config: {
    Image: 'web:1',
    Env: ['MODE=wild', 'LEVEL=2', 'COST=$5'],
    Labels: { 'com.docker.compose.service': 'web', 'shop.part': 'front' },
    Cmd: ['serve', '--all'],
    User: '1000',
    WorkingDir: '/srv',
  },
  HostConfig: { Memory: 32 * 1024 ** 2, MemorySwap: 64 * 1024 ** 2, NanoCpus: 0 },
  NetworkSettings: { Networks: { shop_default: { NetworkID: 'n', Aliases: ['shop-web-1'] } } },
  State: { Status: 'running' },
} as unknown as Inspected;

/** A finding of a kind on web, with what a rule knows around it. */
function ground(kind: DriftKind, path: string, more: Partial<Ground['finding']> = {}): Ground {
  return {
    finding: {
      ...findingExample,
      evidence: { container: 'shop-web-1', reference: 'web:1' },
      state: 'drift',
      kind,
      service: 'web',
      path: `services.web.${path}`,
      ...more,
    },
    readout: {
      declared: {
        name: 'shop',
        services: { web: { networks: { default: null } } },
        networks: { default: { name: 'shop_default' } },
      },
      containers: [container],
      images: new Map([['web:1', { Id: `sha256:${'2'.repeat(64)}`, Config: null }]]),
      networks: new Map(),
      names: new Map([[id, '/shop-web-1']]),
    },
    containers: [container],
    declared: { networks: { default: null } },
    sources: readYaml({ path: 'compose.yaml', text }),
    values: [{ path: '.env', text: 'LEVEL=1\n', mode: 0o644 }],
    folder: '/stack',
  };
}
const drafted = (one: Ground, direction: Direction = 'restore') =>
  draftPatch([one], direction, (service) => service === 'core');
const operationsOf = (one: Ground, direction?: Direction): PatchOperation[] => {
  const { operations } = drafted(one, direction);
  for (const operation of operations) expect(patchOperation.parse(operation)).toEqual(operation);
  return operations;
};
const linesAfter = (one: Ground): string => {
  const files = [{ path: 'compose.yaml', text, mode: 0o644 }, ...one.values];
  const end = applyTyped(operationsOf(one, 'adopt'), files);
  if (!end.ok) return end.because;
  const [file] = end.files;
  const old = new Set(file!.before!.text.split('\n'));
  return file!.after.text
    .split('\n')
    .filter((line) => !old.has(line))
    .join('\n');
};

test('every kind has a rule or a reason, in both directions', () => {
  expect(Object.keys(rules).toSorted()).toEqual([...driftKind.options].toSorted());
  for (const { restore, adopt } of Object.values(rules))
    for (const one of [restore, adopt])
      expect(typeof one === 'string' ? one.length > 10 : typeof one).toSatisfy(
        (is: unknown) => is === true || is === 'function',
      );
});

test.each<[string, Ground, unknown]>([
  [
    'a limit, by docker update with its swap',
    ground('limits_changed', 'mem_limit', { expected: String(64 * 1024 ** 2), actual: '1' }),
    {
      op: 'update_limits',
      expect: { Memory: 32 * 1024 ** 2, MemorySwap: 64 * 1024 ** 2 },
      limits: { Memory: 64 * 1024 ** 2, MemorySwap: 128 * 1024 ** 2 },
    },
  ],
  [
    'a limit that the file does not have, by making the container again',
    ground('limits_changed', 'cpus', { expected: null, actual: '1' }),
    { op: 'recreate', service: 'web', containers: [id] },
  ],
  ['a variable', ground('env_changed', 'environment.MODE'), { op: 'recreate' }],
  ['a stale file', ground('bind_file_stale', 'volumes./etc/app.conf'), { op: 'restart' }],
  [
    'a restart policy',
    ground('restart_policy', 'restart', { actual: 'always' }),
    { op: 'restart_policy', expect: 'always', policy: 'no' },
  ],
  [
    'an extra network',
    ground('network_extra', 'networks.default'),
    { op: 'disconnect_network', network: 'shop_default' },
  ],
  [
    'a network definition, everything on it together',
    ground('network_definition', '', { service: null, path: 'networks.default' }),
    { op: 'recreate', service: 'web' },
  ],
  [
    'an orphan',
    ground('orphan_container', '', { service: null, path: 'containers.shop-web-1' }),
    { op: 'remove_container', container: id },
  ],
  [
    'the mode of a file',
    ground('file_permission', '', {
      service: null,
      path: 'files./stack/compose.yaml',
      actual: '0666',
      expected: 'writable by its owner',
    }),
    { op: 'file_mode', file: 'compose.yaml', expect: '0666', mode: '0664' },
  ],
])('restores %s', (_, one, expected) =>
  expect(operationsOf(one)).toEqual([expect.objectContaining(expected as object)]),
);

test('a lost name is given back by connecting again', () =>
  expect(operationsOf(ground('alias_lost', 'networks.default.aliases.web'))).toMatchObject([
    { op: 'disconnect_network', aliases: ['shop-web-1'] },
    { op: 'connect_network', aliases: ['web'] },
  ]));

test.each<[string, Ground, string]>([
  ['a variable', ground('env_changed', 'environment.MODE'), '      MODE: wild # ours'],
  ['a variable with a dollar sign', ground('env_changed', 'environment.COST'), '      COST: $$5'],
  ['a variable of .env', ground('env_changed', 'environment.LEVEL'), 'LEVEL=2'],
  [
    'a label of a list',
    ground('labels_changed', 'labels.shop.part'),
    '    labels: [ "shop.part=front" ]',
  ],
  [
    'a limit',
    ground('limits_changed', 'mem_limit', { actual: String(32 * 1024 ** 2) }),
    '    mem_limit: 32m',
  ],
  ['a user', ground('user_changed', 'user'), "    user: '1000'"],
  ['a command', ground('command_changed', 'command'), '    command: [serve, --all]'],
])('adopts %s in one line', (_, one, line) => expect(linesAfter(one)).toBe(line));

test('an adopted image tag goes back to the image that runs', () =>
  expect(operationsOf(ground('image_moved', 'image'), 'adopt')).toEqual([
    { op: 'retag', reference: 'web:1', expect: `sha256:${'2'.repeat(64)}`, image: container.Image },
  ]));

test.each<[string, Ground, Direction, RegExp]>([
  [
    'a port that was opened',
    ground('port_exposed', 'ports'),
    'adopt',
    /not taken from a container/,
  ],
  [
    'what sleeps',
    ground('env_changed', 'environment.MODE', { state: 'pending' }),
    'restore',
    /next opening/,
  ],
  [
    'data',
    ground('volume_definition', '', { path: 'volumes.x', service: null }),
    'restore',
    /data would be lost/,
  ],
  [
    'the core',
    ground('env_changed', 'x', { service: 'core', path: 'services.core.x' }),
    'restore',
    /part of the core/,
  ],
])('%s is left, with its reason', (_, one, direction, because) => {
  const { operations, left } = drafted(one, direction);
  expect(operations).toEqual([]);
  expect(left[0]?.because).toMatch(because);
});

test('a container that is made again needs no other operation', () => {
  const both = [
    ground('env_changed', 'environment.MODE'),
    ground('network_extra', 'networks.default'),
  ];
  const { operations, findings } = draftPatch(both, 'restore', () => false);
  expect(operations).toEqual([{ op: 'recreate', service: 'web', containers: [id] }]);
  expect(findings).toHaveLength(2);
  expect(labelOf(container, 'service')).toBe('web');
});

test('a finding says whether it can be restored', () => {
  expect(cannotRestore(ground('env_changed', 'environment.MODE').finding)).toBeNull();
  expect(cannotRestore(ground('variable_unset', '').finding)).toContain('.env');
});
