import { expect, test } from 'vitest';
import type { CatalogService } from '../../../contracts/service.ts';
import { composeConfig } from '../../../contracts/compose.ts';
import { catalogContent } from '../../../domain/services/catalog.ts';
import { catalogOf, minute } from '../samples.ts';

const contentOf = (services: Record<string, unknown>, profiles: string[]) =>
  catalogContent(composeConfig.parse({ name: 'one', services }), new Map(), new Map(), profiles);

const web = (service: Record<string, unknown>, stack?: Record<string, unknown>): CatalogService =>
  catalogOf({ web: { image: 'nginx', ...service } }, stack).services[0]!;

const check = { test: ['CMD', 'true'] };

test.each<[string, Record<string, unknown>, string[], string[]?]>([
  ['without a profile', {}, ['cache']],
  ['with a profile of its own', { profiles: ['debug'] }, []],
  ['with a profile that both have', { profiles: ['debug', 'web'] }, ['cache']],
  ['with a profile in COMPOSE_PROFILES', { profiles: ['debug'] }, ['cache'], ['x', 'debug']],
  ['with any profile if COMPOSE_PROFILES enables all', { profiles: ['debug'] }, ['cache'], ['*']],
  ['with a profile that is not in COMPOSE_PROFILES', { profiles: ['debug'] }, [], ['x']],
])(
  'the dependencies of a service that has an optional dependency %s',
  (_, cache, expected, on = []) => {
    const depends_on = { cache: { condition: 'service_started', required: false } };
    const { services } = contentOf({ cache, web: { depends_on, profiles: ['web'] } }, on);
    expect(services[1]!.depends_on.map(({ service }) => service)).toEqual(expected);
  },
);

test.each<[string, Record<string, unknown>, CatalogService['restart']]>([
  ['none', { deploy: { restart_policy: { condition: 'none' } } }, 'no'],
  ['no condition', { deploy: { restart_policy: {} } }, 'no'],
  ['any', { deploy: { restart_policy: { condition: 'any' } } }, 'always'],
  ['on-failure', { deploy: { restart_policy: { condition: 'on-failure' } } }, 'on-failure'],
  [
    'any, overriding restart',
    { restart: 'no', deploy: { restart_policy: { condition: 'any' } } },
    'always',
  ],
])('a service restarts by its deploy.restart_policy: %s', (_, service, restart) => {
  expect(web(service).restart).toBe(restart);
});

test.each<[string, Record<string, unknown>, Record<string, unknown> | undefined]>([
  ['a misspelled setting of a service', { 'x-vx11': { tiers: 'core' } }, undefined],
  ['a misspelled setting of the stack', {}, { defaultttl: '1m' }],
  ['a misspelled part of the budget', {}, { budget: { mem: '1g' } }],
  ['a tier that does not exist', { 'x-vx11': { tier: 'windows' } }, undefined],
  ['a stray policy that does not exist', { 'x-vx11': { stray: 'kill' } }, undefined],
  ['a tier for the whole stack', {}, { tier: 'core' }],
  ['a TTL that is neither text nor number', { 'x-vx11': { default_ttl: true } }, undefined],
  [
    'a condition that Compose does not know',
    { depends_on: { db: { condition: 'service_ready' } } },
    undefined,
  ],
])('%s is an error and is not ignored', (_, service, stack) => {
  expect(() => web(service, stack)).toThrow();
});

test('a compose setting that VX11 does not read is no error', () => {
  expect(web({ build: '.', 'x-other': 1, logging: { driver: 'none' } }).name).toBe('web');
});

test.each<[string, Record<string, unknown>, Partial<CatalogService>]>([
  [
    'may set a start timeout that overrides its health check',
    { healthcheck: { ...check, interval: '60s' }, 'x-vx11': { start_timeout: '20s' } },
    { start_timeout_ms: 20_000, start_timeout_fixed: true },
  ],
  [
    'keeps its restart limit',
    { restart: 'on-failure:3' },
    { restart: 'on-failure', restart_limit: 3 },
  ],
  [
    'follows deploy.restart_policy, which overrides restart',
    { restart: 'no', deploy: { restart_policy: { condition: 'on-failure', max_attempts: 2 } } },
    { restart: 'on-failure', restart_limit: 2 },
  ],
  [
    'always restarts if deploy says any',
    { deploy: { restart_policy: { condition: 'any' } } },
    { restart: 'always' },
  ],
  [
    'does not restart if deploy says none',
    { restart: 'always', deploy: { restart_policy: { condition: 'none' } } },
    { restart: 'no' },
  ],
])('a service %s', (_, service, expected) => {
  expect(web(service)).toMatchObject(expected);
});

test('the stack sets the start timeout of its services, and a service may override it', () => {
  const stack = { start_timeout: '2m' };
  expect(web({}, stack).start_timeout_ms).toBe(2 * minute);
  expect(web({ 'x-vx11': { start_timeout: '5s' } }, stack).start_timeout_ms).toBe(5000);
  expect(web({ 'x-vx11': { start_timeout: '100ms' } }).problem?.detail).toMatch(/start_timeout/);
});

test('the relations of services are known: jobs, namespaces, restarts and profiles', () => {
  const started = { condition: 'service_started', required: true };
  const { services } = catalogOf({
    vpn: { ports: [{ target: 8080 }], expose: ['9000'] },
    app: { network_mode: 'service:vpn', depends_on: { vpn: { ...started, restart: true } } },
    peek: { pid: 'service:vpn', depends_on: { vpn: started } },
    migrate: {},
    web: {
      depends_on: {
        migrate: { condition: 'service_completed_successfully', required: true },
        debug: { condition: 'service_started', required: false },
        cache: { condition: 'service_started', required: false },
      },
    },
    debug: { profiles: ['debug'] },
    cache: {},
  });
  const of = (name: string) => services.find((one) => one.name === name)!;
  expect(of('vpn').ports).toEqual([]);
  expect(of('app').depends_on).toEqual([
    { service: 'vpn', ...started, restart: true, shares_namespace: true },
  ]);
  expect(of('peek').depends_on).toEqual([{ service: 'vpn', ...started, shares_namespace: true }]);
  expect(of('migrate').one_shot).toBe(true);
  expect(of('web').depends_on.map(({ service }) => service)).toEqual(['migrate', 'cache']);
});
