import { expect, test } from 'vitest';
import type { CheckResult } from '../../../contracts/checks.ts';
import { stability, type Seen } from '../../../domain/checks/reports/stability.ts';

const mebibyte = 1024 ** 2;
const result = (change: Partial<CheckResult>): CheckResult => ({
  name: 'a',
  suite: 'web',
  kind: 'http',
  service: 'web',
  status: 'passed',
  cause: null,
  detail: null,
  started_at: null,
  ms: 5,
  insecure: false,
  attempts: [],
  ...change,
});
const event = (action: string, container = 'c1') => ({ service: 'web', container, action });
const sample = (mb: number) => ({ service: 'web', memory_bytes: mb * mebibyte });
const none: Seen = { events: [], samples: [] };
const calm: Seen = { events: [event('start'), event('die')], samples: [sample(100), sample(300)] };

test.each<[string, CheckResult[], Seen, number]>([
  ['was steady', [result({})], calm, 100],
  ['failed half of its checks', [result({}), result({ status: 'failed' })], calm, 80],
  ['passed at a second try only', [result({ status: 'flaky' })], calm, 60],
  ['was unhealthy', [result({})], { ...calm, events: [event('health_status: unhealthy')] }, 80],
  ['restarted', [result({})], { ...calm, events: [event('start'), event('start')] }, 85],
  ['runs twice', [result({})], { ...calm, events: [event('start'), event('start', 'c2')] }, 100],
  ['was killed for its memory', [result({})], { ...calm, events: [event('oom')] }, 85],
  ['used 600 MiB', [result({})], { ...calm, samples: [sample(600)] }, 95],
  ['used 900 MiB', [result({})], { ...calm, samples: [sample(10), sample(900)] }, 90],
  // its memory was not seen, so that 90 points are all
  ['was seen only by its checks', [result({})], none, 100],
  ['was not judged, but seen', [result({ status: 'skipped' })], calm, 100],
])('a service that %s', (_, results, seen, score) =>
  expect(stability(['web'], results, seen)).toMatchObject({ score, services: { web: { score } } }),
);

test('of a service that slept nothing is said, and the score of the run is that of the others', () => {
  const asleep = result({ service: 'db', status: 'off_by_policy' });
  const both = stability(['web', 'db'], [result({ status: 'failed' }), asleep], calm);
  expect(both).toMatchObject({ score: 60, services: { db: { score: null } } });
  expect(stability(['db'], [asleep], none).score).toBeNull();
});
