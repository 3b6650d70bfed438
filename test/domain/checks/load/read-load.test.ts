import { describe, expect, test } from 'vitest';
import { loadPosition } from '../../../../domain/checks/load/read-load.ts';
import { readSuites, summaryOf } from '../../../../domain/checks/read-suites.ts';

const endpoints = [
  { name: 'create', url: 'http://web/o', method: 'POST', store: { id: '[BODY].id' } },
  { name: 'read', url: 'http://web/o/[CONTEXT].id' },
  { name: 'port', url: 'tcp://web:80' },
  { name: 'remove', url: 'http://web/o/[CONTEXT].id', method: 'DELETE', 'always-run': true },
];
const load = { endpoint: 'read', requests: 500, within: '60s', thresholds: ['p(95) < 300'] };
const services = [{ name: 'web', one_shot: false, has_healthcheck: false, implied: true }];
const read = (change: object = {}, bounds = {}) =>
  readSuites({
    services,
    suites: [{ name: 'orders', endpoints, load: { ...load, ...change } }],
    load: bounds,
  })[0]!;

test('a load sends the request of an endpoint, before the checks that clean up', () => {
  const suite = read({}, { cpu: '60%', memory: '85%' });
  expect(suite.problems).toEqual([]);
  expect(suite.load).toMatchObject({
    endpoint: { name: 'read' },
    requests: 500,
    within_ms: 60_000,
    thresholds: [{ source: 'p(95) < 300' }],
    bounds: { cpu: 0.6, memory: 0.85 },
  });
  expect(loadPosition(suite)).toBe(3);
  expect(summaryOf(suite)).toMatchObject({ checks: 5 });
  expect(summaryOf(suite)).not.toHaveProperty('load');
});

describe('a mistake in a load is found when it is read', () => {
  test.each<[string, object, object, string]>([
    ['an unknown endpoint', { endpoint: 'list' }, {}, 'no endpoint list'],
    ['an endpoint of another kind', { endpoint: 'port' }, {}, 'port is no check of an http URL'],
    ['a wrong threshold', { thresholds: ['p95 < 300'] }, {}, 'is no threshold'],
    ['a threshold twice', { thresholds: ['max < 1s', 'max < 1s'] }, {}, 'two of'],
    ['no threshold', { thresholds: [] }, {}, 'load.thresholds'],
    ['no requests', { requests: 0 }, {}, 'load.requests'],
    ['too long a time', { within: '2h' }, {}, 'within: "2h"'],
    ['an unknown field', { vus: 3 }, {}, 'vus'],
    ['a bound that is no percentage', {}, { cpu: '0.75' }, 'x-vx11.load.cpu: "0.75"'],
    ['a bound of nothing', {}, { memory: '0%' }, 'x-vx11.load.memory'],
  ])('%s', (_, change, bounds, problem) =>
    expect(read(change, bounds).problems.join()).toContain(problem),
  );
});
