import { describe, expect, test } from 'vitest';
import { composeConfig } from '../../../contracts/compose.ts';
import type { GpuNeed } from '../../../contracts/service.ts';
import { admit, needOf, type Admission, type Budget } from '../../../domain/windows/admission.ts';
import { catalogContent } from '../../../domain/services/catalog.ts';

const gib = 1024 ** 3;
const devices = (...requests: object[]) => ({
  deploy: { resources: { reservations: { devices: requests } } },
});
const gpu = { capabilities: ['gpu'] };
const read = (services: Record<string, object>, stack?: object) =>
  catalogContent(
    composeConfig.parse({ name: 'shop', services, ...(stack && { 'x-vx11': stack }) }),
    new Map(),
  );
const gpuOf = (service: object): GpuNeed | null | undefined =>
  read({ web: service }).services[0]!.gpu;

test.each<[string, object, Partial<GpuNeed> | null]>([
  ['nothing', {}, null],
  ['all', { gpus: [{ count: -1 }] }, { count: 'all', ids: [] }],
  ['all, without a count', { gpus: [{ driver: 'nvidia' }] }, { count: 'all' }],
  ['two', { gpus: [{ count: 2 }] }, { count: 2, ids: [] }],
  ['two by id', { gpus: [{ device_ids: ['0', '1'] }] }, { count: 2, ids: ['0', '1'] }],
  ['one by deploy', devices({ ...gpu, count: 1 }), { count: 1 }],
  ['all by deploy', devices({ ...gpu, count: 'all' }), { count: 'all' }],
  ['all by CDI', devices({ ...gpu, device_ids: ['nvidia.com/gpu=all'] }), { count: 'all' }],
  ['another device', devices({ capabilities: ['tpu'], count: 1 }), null],
  [
    'memory alone',
    { 'x-vx11': { gpu_memory: '8g' } },
    { count: 0, ids: [], memory_bytes: 8 * gib },
  ],
])('a service may reserve %s', (_, service, expected) => {
  if (expected === null) expect(gpuOf(service)).toBeNull();
  else expect(gpuOf(service)).toMatchObject(expected);
});

test.each([
  [{}, { budget: { gpu_memory: 'much' } }, 'x-vx11.budget.gpu_memory: "much"'],
  [{}, { budget: { gpus: 1.5 } }, 'x-vx11.budget.gpus: "1.5" is not a whole number of GPUs'],
  [{}, { budget: { gpus: -1 } }, 'x-vx11.budget.gpus: "-1"'],
])('%o with %o is an error that names the setting', (services, stack, message) => {
  expect(() => read(services, stack)).toThrow(message);
});

describe('admission with GPUs', () => {
  const stack = read({
    one: { gpus: [{ count: 1 }] },
    two: { gpus: [{ count: 2 }] },
    all: { gpus: [{ count: -1 }] },
    first: { gpus: [{ device_ids: ['0'] }] },
    same: { gpus: [{ device_ids: ['0'] }] },
    next: { gpus: [{ device_ids: ['1'] }] },
    scaled: { gpus: [{ count: 1 }], scale: 3 },
    small: { 'x-vx11': { gpu_memory: '6g' } },
    large: { 'x-vx11': { gpu_memory: '10g' }, scale: 2 },
    plain: {},
  });
  const needs = (names: string[]) =>
    new Map(
      names.map((name) => [
        name,
        needOf(
          stack.services.find((one) => one.name === name)!,
          null,
        ),
      ]),
    );
  const budget = (gpus: number | null, gpuGib: number | null = null): Budget => ({
    memory_bytes: null,
    cpus: null,
    gpus,
    gpu_memory_bytes: gpuGib === null ? null : gpuGib * gib,
  });
  const refused = (because: string): Admission => ({ admit: false, because });

  test.each<[string[], string[], Budget, Admission]>([
    [['one'], [], budget(1), { admit: true }],
    [['two'], ['one'], budget(3), { admit: true }],
    [['two'], ['one'], budget(2), refused('2 GPUs needed, 1 of 2 free; held by one')],
    [['all'], ['one'], budget(4), refused('4 GPUs needed, 3 of 4 free; held by one')],
    [['one'], ['all'], budget(4), refused('1 GPU needed, 0 of 4 free; held by all')],
    [['one', 'two'], ['plain'], budget(null), { admit: true }],
    [['plain'], ['all'], budget(1), { admit: true }],
    [['all'], [], budget(0), refused('1 GPU needed, 0 of 0 free')],
    [['scaled'], [], budget(2), refused('3 GPUs needed, 2 of 2 free')],
    [['next'], ['first'], budget(2), { admit: true }],
    [['same'], ['first'], budget(2), refused('GPU 0 needed, which is not free; held by first')],
    [['first', 'same'], [], budget(1), { admit: true }],
    [['small'], ['small'], budget(null, 1), { admit: true }],
    [['small'], [], budget(null, 6), { admit: true }],
    [
      ['small'],
      ['large'],
      budget(null, 24),
      refused('6144 MiB of GPU memory needed, 4096 MiB of 24576 MiB free; held by large'),
    ],
    [['plain'], ['large'], budget(null, 4), { admit: true }],
  ])('of %o next to %o within %o', (wanted, running, within, expected) => {
    expect(admit(needs(wanted), needs(running), within, 0)).toEqual(expected);
  });
});

test('an invalid gpu_memory is a problem of its own service only', () => {
  const { services } = read({ web: { 'x-vx11': { gpu_memory: 'much' } }, db: {} });
  expect(services.map(({ name, problem }) => [name, problem?.detail])).toEqual([
    ['db', undefined],
    ['web', expect.stringContaining('services.web.x-vx11.gpu_memory: "much"')],
  ]);
});
