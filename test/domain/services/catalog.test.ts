import { expect, test } from 'vitest';
import { composeConfig } from '../../../contracts/compose.ts';
import { catalog, type CatalogService } from '../../../contracts/service.ts';
import { catalogContent, catalogDefaults } from '../../../domain/services/catalog.ts';
import { catalogOf, minute } from '../samples.ts';

const web = (service: Record<string, unknown>, stack?: Record<string, unknown>): CatalogService =>
  catalogOf({ web: { image: 'nginx', ...service } }, stack).services[0]!;

const check = { test: ['CMD', 'true'] };

test.each<[string, Record<string, unknown>, Partial<CatalogService>]>([
  [
    'without any setting belongs to the window tier and has the defaults',
    {},
    {
      tier: 'window',
      image: 'nginx',
      config_hash: 'abc123',
      stray: 'stop',
      restart: 'no',
      replicas: 1,
      ...catalogDefaults,
    },
  ],
  ['may belong to the core tier', { 'x-vx11': { tier: 'core' } }, { tier: 'core' }],
  [
    'may set its TTLs and its stray policy',
    { 'x-vx11': { default_ttl: '90s', max_ttl: '1h30m', stray: 'adopt' } },
    { default_ttl_ms: 90_000, max_ttl_ms: 90 * minute, stray: 'adopt' },
  ],
  [
    'never gets a default TTL past its max TTL',
    { 'x-vx11': { max_ttl: '5m' } },
    { default_ttl_ms: 5 * minute, max_ttl_ms: 5 * minute },
  ],
  ['may leave its windows after an idle time', { 'x-vx11': { idle: '5m' } }, { idle_ms: 300_000 }],
  ['has the grace period of the file', { stop_grace_period: '1m30s' }, { stop_grace_ms: 90_000 }],
  [
    'without a health check has 30 s to start',
    {},
    { has_healthcheck: false, start_timeout_ms: 30_000 },
  ],
  [
    'has as long to start as its health check may need for a result',
    { healthcheck: { ...check, interval: '20s', timeout: '5s', retries: 2, start_period: '1m0s' } },
    { has_healthcheck: true, start_timeout_ms: 105_000 },
  ],
  [
    "with a bare health check has a start timeout by the Engine's defaults",
    { healthcheck: check },
    { has_healthcheck: true, start_timeout_ms: 120_000 },
  ],
  [
    'has at least 30 s to start',
    { healthcheck: { ...check, interval: '100ms', timeout: '1s', retries: 1 } },
    { has_healthcheck: true, start_timeout_ms: 30_000 },
  ],
  [
    'with its health check disabled has none',
    { healthcheck: { disable: true } },
    { has_healthcheck: false, start_timeout_ms: 30_000 },
  ],
  [
    'with the health check NONE has none',
    { healthcheck: { test: ['NONE'] } },
    { has_healthcheck: false },
  ],
  [
    'is probed on its TCP ports, each once',
    {
      ports: [{ target: 80, protocol: 'tcp' }, { target: 80 }, { target: 53, protocol: 'udp' }],
      expose: ['80', '8080', '54/udp', '81/tcp'],
    },
    { ports: [80, 8080, 81] },
  ],
  [
    'has the limits of deploy rather than those of the short forms',
    {
      mem_limit: '1g',
      cpus: 2,
      deploy: { resources: { limits: { memory: '536870912', cpus: 0.5 } } },
    },
    { memory_bytes: 512 * 1024 ** 2, cpus: 0.5 },
  ],
  [
    'has the limits of the short forms',
    { mem_limit: '512m', cpus: '1.5' },
    { memory_bytes: 512 * 1024 ** 2, cpus: 1.5 },
  ],
  ['may have no limits', {}, { memory_bytes: null, cpus: null }],
  [
    'has required dependencies by default, and optional ones if the file says so',
    {
      depends_on: {
        db: { condition: 'service_healthy' },
        log: { condition: 'service_started', required: false },
      },
    },
    {
      depends_on: [
        { service: 'db', condition: 'service_healthy', required: true },
        { service: 'log', condition: 'service_started', required: false },
      ],
    },
  ],
  ['may be scaled by deploy.replicas', { deploy: { replicas: 3 } }, { replicas: 3 }],
  ['may be scaled by scale', { scale: 2 }, { replicas: 2 }],
  ['restarts always', { restart: 'always' }, { restart: 'always' }],
  ['restarts unless stopped', { restart: 'unless-stopped' }, { restart: 'unless-stopped' }],
  ['restarts on failure', { restart: 'on-failure:3' }, { restart: 'on-failure' }],
  [
    'does not restart with a policy that Compose does not know',
    { restart: 'sometimes' },
    { restart: 'no' },
  ],
])('a service %s', (_, service, expected) => {
  expect(web(service)).toMatchObject(expected);
});

test('services without their own settings have those of the stack', () => {
  const stack = { default_ttl: '1m', max_ttl: '2m', stray: 'report' };
  expect(web({}, stack)).toMatchObject({
    default_ttl_ms: minute,
    max_ttl_ms: 2 * minute,
    stray: 'report',
  });
  expect(web({ 'x-vx11': { stray: 'stop', max_ttl: '30s' } }, stack)).toMatchObject({
    default_ttl_ms: 30_000,
    max_ttl_ms: 30_000,
    stray: 'stop',
  });
});

test('the budget has the limits of the stack, and none where the stack sets none', () => {
  expect(catalogOf({}, { budget: { memory: '4g', cpus: 1.5 } }).budget).toEqual({
    memory_bytes: 4 * 1024 ** 3,
    cpus: 1.5,
    gpus: null,
    gpu_memory_bytes: null,
  });
  expect(catalogOf({}, { budget: { gpus: 2, gpu_memory: '24g' } }).budget).toMatchObject({
    gpus: 2,
    gpu_memory_bytes: 24 * 1024 ** 3,
  });
  expect(catalogOf({}).budget).toEqual({
    memory_bytes: null,
    cpus: null,
    gpus: null,
    gpu_memory_bytes: null,
  });
});

test('services are sorted by name and fit the contract', () => {
  const { services, budget } = catalogOf({ web: {}, api: {}, Db: {} });
  expect(services.map(({ name }) => name)).toEqual(['api', 'Db', 'web']);
  const whole = {
    host: 'a',
    project: 'shop',
    compose_file: '/x',
    read_at: '2026-01-05T12:00:00.000Z',
    error: null,
  };
  expect(() => catalog.parse({ ...whole, services, budget })).not.toThrow();
});

test('a service without a hash from Compose has an empty one', () => {
  expect(
    catalogContent(composeConfig.parse({ name: 'shop', services: { api: {} } }), new Map())
      .services[0]!.config_hash,
  ).toBe('');
});

test.each<[string, Record<string, unknown>, Record<string, unknown> | undefined, string]>([
  [
    'a TTL without a unit',
    { 'x-vx11': { default_ttl: 600 } },
    undefined,
    'services.web.x-vx11.default_ttl: "600" is not a duration such as 90s, 10m or 1h30m',
  ],
  [
    'a TTL in words',
    { 'x-vx11': { max_ttl: 'soon' } },
    undefined,
    'services.web.x-vx11.max_ttl: "soon" is not a duration',
  ],
  [
    'a budget that is not a size',
    {},
    { budget: { memory: 'much' } },
    'x-vx11.budget.memory: "much" is not a size such as 512m or 2gb',
  ],
  [
    'a budget of no CPUs',
    {},
    { budget: { cpus: 0 } },
    'x-vx11.budget.cpus: "0" is not a number above 0',
  ],
  [
    'a health check interval that is not a duration',
    { healthcheck: { ...check, interval: 'x' } },
    undefined,
    'services.web.healthcheck.interval: "x" is not a duration',
  ],
])('%s is an error that names the setting', (_, service, stack, message) => {
  const reading = () => web(service, stack).problem?.detail;
  // an invalid setting of a service affects only that service
  if (message.startsWith('services.')) expect(reading()).toContain(message);
  else expect(reading).toThrow(message);
});

test.each(['provider', 'models', 'use_api_socket'])(
  'a service with `%s` is listed and cannot be opened',
  (part) => {
    expect(web({ [part]: part === 'use_api_socket' ? true : {} }).problem).toEqual({
      error: 'unsupported',
      detail: `\`${part}\` is not supported in windows; start this service with docker compose up`,
    });
    expect(web({ use_api_socket: false })).not.toHaveProperty('problem');
  },
);

test('a service that Compose rejects is listed with the reason, and keeps its tier', () => {
  const config = composeConfig.parse({
    name: 'shop',
    services: { api: { 'x-vx11': { tier: 'core' } }, web: {} },
  });
  const { services } = catalogContent(config, new Map(), new Map([['api', 'no such network']]));
  expect(services[0]).toMatchObject({
    name: 'api',
    tier: 'core',
    problem: { error: 'invalid_service', detail: 'no such network' },
  });
  expect(services[1]).not.toHaveProperty('problem');
});
