import { expect, test } from 'vitest';
import { composeConfig } from '../../../contracts/compose.ts';
import type { CatalogService } from '../../../contracts/service.ts';
import { ignoredAgents } from '../../../domain/services/wake-rule.ts';
import { catalogOf, minute } from '../samples.ts';

const web = (service: Record<string, unknown>, stack?: Record<string, unknown>): CatalogService =>
  catalogOf({ web: { image: 'nginx', ...service } }, stack).services[0]!;
const wake = (wakes: unknown, more: Record<string, unknown> = {}) =>
  web({ 'x-vx11': { wake: wakes, ...more } });
const labels = (these: Record<string, string>, more: Record<string, unknown> = {}) =>
  web({ labels: these, ...more });

test('a service wakes on request only if it says so', () => {
  expect(web({}).wake).toBeUndefined();
  expect(wake(false).wake).toBeUndefined();
  expect(labels({ 'sablier.enable': 'false' }).wake).toBeUndefined();
  const off = { 'x-vx11': { wake: false }, labels: { 'sablier.enable': 'true' } };
  expect(web(off).wake).toBeUndefined();
});

test('the defaults are those of its windows', () => {
  const rule = {
    container: 'shop-web-1',
    ttl_ms: 10 * minute,
    renew_ms: minute,
    max_ms: 240 * minute,
    groups: [],
    blocking_ms: minute,
    ignore_agents: ignoredAgents,
    ready_after_ms: 0,
  };
  expect(wake(true).wake).toEqual(rule);
  expect(wake({}).wake).toEqual(rule);
  expect(wake({}, { default_ttl: '30s', max_ttl: '5m' }).wake).toMatchObject({
    ttl_ms: 30_000,
    renew_ms: 15_000,
    max_ms: 5 * minute,
  });
});

test('every setting can be set', () => {
  const own = {
    ttl: '20m',
    renew: '2m',
    max: '2h',
    groups: ['media', 'all'],
    blocking: '90s',
    ignore_agents: ['curl'],
  };
  expect(wake(own).wake).toMatchObject({
    ttl_ms: 20 * minute,
    renew_ms: 2 * minute,
    max_ms: 120 * minute,
    groups: ['media', 'all'],
    blocking_ms: 90_000,
    ignore_agents: ['curl'],
  });
});

test('the labels of Sablier mean the same', () => {
  expect(labels({ 'sablier.enable': 'true' }).wake).toMatchObject({ groups: ['default'] });
  const more = { container_name: 'whoami' };
  const known = {
    'sablier.enable': 'true',
    'sablier.group': 'a, b,a',
    'sablier.ready-after': '30s',
  };
  expect(labels(known, more).wake).toMatchObject({
    container: 'whoami',
    groups: ['a', 'b'],
    ready_after_ms: 30_000,
  });
});

test.each([
  ['ttl', { ttl: '10' }, 'services.web.x-vx11.wake.ttl: "10" is not a duration such as 90s'],
  ['a short ttl', { ttl: '10ms' }, 'services.web.x-vx11.wake.ttl: it is at least 1s'],
  ['ttl and max', { ttl: '2h', max: '1h' }, 'longer than max, the longest time of a window'],
  ['max', { max: '5h' }, 'lower it, or raise max_ttl'],
  ['renew', { ttl: '1m', renew: '1m' }, 'it has to be shorter than ttl'],
])('a wrong %s takes the service out, and says what to change', (_, own, words) => {
  expect(wake(own).problem?.detail).toContain(words);
});

test('a service that always runs cannot be woken', () => {
  expect(wake({}, { tier: 'core' }).problem?.detail).toMatch(/core tier always runs; remove wake/);
  const core = labels({ 'sablier.enable': 'true' }, { 'x-vx11': { tier: 'core' } });
  expect(core.problem?.detail).toMatch(/remove sablier.enable/);
});

test.each([
  [{ tll: '10m' }, 'tll'],
  [{ groups: ['a b'] }, 'must be letters, digits, dots, dashes, underscores'],
])('a setting that is misspelled or malformed is named: %j', (own, words) => {
  const file = { name: 'shop', services: { web: { 'x-vx11': { wake: own } } } };
  const { error } = composeConfig.safeParse(file);
  const [issue] = error!.issues;
  expect(issue!.path.slice(0, 4)).toEqual(['services', 'web', 'x-vx11', 'wake']);
  expect(issue!.message).toContain(words);
});
