import type Docker from 'dockerode';
import type { Catalog } from '../../../../contracts/service.ts';
import { expect, test } from 'vitest';
import { ownContainers } from '../../../../activities/power/host/own-containers.ts';

const project = 'com.docker.compose.project';
const service = 'com.docker.compose.service';
const containers = [
  { Id: 'guard', Labels: { 'vx11.role': 'guard', 'vx11.home': '/home' } },
  { Id: 'far guard', Labels: { 'vx11.role': 'guard', 'vx11.home': '/far' } },
  {
    Id: '0123456789abcdef',
    Labels: { 'vx11.role': 'madre', [project]: 'vx11', [service]: 'madre' },
  },
  { Id: 'far madre', Labels: { 'vx11.role': 'madre', [project]: 'far', [service]: 'madre' } },
  { Id: 'gateway', Labels: { [project]: 'vx11', [service]: 'tentaculo_link' } },
  { Id: 'window', Labels: { [project]: 'vx11', [service]: 'hermes' } },
  { Id: 'web', Labels: { [project]: 'shop', [service]: 'web' } },
];

/** Lists by labels as the Engine does. */
const docker = {
  listContainers: async ({ filters }: { filters: { label: string[] } }) =>
    containers.filter(({ Labels }) =>
      filters.label.every((label) => {
        const [name, value] = label.split('=');
        return (Labels as Record<string, string>)[name!] === value;
      }),
    ),
} as unknown as Docker;

const stack = (name: string): Catalog =>
  ({
    project: name,
    services: [
      { name: 'madre', tier: 'core' },
      { name: 'tentaculo_link', tier: 'core' },
      { name: 'hermes', tier: 'window' },
    ],
  }) as unknown as Catalog;

test('beside processes, only the guard of this home is a container of VX11', async () => {
  expect(await ownContainers(docker, '/home', stack('shop'), 'box')).toEqual({
    guard: ['guard'],
    parts: [],
  });
});

test.each([
  ['another stack', stack('shop'), ['gateway', 'window']],
  ['its own stack', stack('vx11'), ['gateway']],
])(
  'with madre in a container, its Compose project is VX11: managing %s',
  async (_, managed, rest) => {
    expect(await ownContainers(docker, '/home', managed, '0123456789ab')).toEqual({
      guard: ['guard'],
      parts: ['0123456789abcdef', ...rest],
    });
  },
);
