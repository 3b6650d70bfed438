import { expect, test } from 'vitest';
import { createLeaseCache } from '../../../../activities/power/host/lease-cache.ts';
import type { Store } from '../../../../store/index.ts';
import type { Lease } from '../../../../store/windows/leases.ts';

const lease = (change: Partial<Lease> = {}): Lease => ({
  window_id: 'window-00000000000000a1',
  host: 'host-a',
  service: 'web',
  deadline: 100,
  is_open: true,
  ...change,
});

/** A cache over a store whose reads are resolved by the test. */
function controlledCache() {
  const reads: PromiseWithResolvers<Lease[]>[] = [];
  const ofHost = (): Promise<Lease[]> => {
    const answer = Promise.withResolvers<Lease[]>();
    reads.push(answer);
    return answer.promise;
  };
  const time = { now: 0 };
  const store = { leases: { ofHost } } as unknown as Store;
  return { reads, time, cache: createLeaseCache(store, 'host-a', () => time.now) };
}

test('an earlier read never replaces the result of a later one', async () => {
  const { reads, cache } = controlledCache();
  const [first, second] = [cache.refresh(), cache.refresh()];
  reads[1]!.resolve([]);
  await second;
  reads[0]!.resolve([lease()]);
  await first;
  expect(cache.all()).toEqual([]);
});

test('reads that finish in order each replace the one before', async () => {
  const { reads, cache } = controlledCache();
  const [first, second] = [cache.refresh(), cache.refresh()];
  reads[0]!.resolve([lease()]);
  await first;
  expect(cache.live('web')).toHaveLength(1);
  reads[1]!.resolve([]);
  await second;
  expect(cache.all()).toEqual([]);
});

test('while the store cannot be read, the last known leases stay valid and still expire on time', async () => {
  const { reads, time, cache } = controlledCache();
  const known = cache.refresh();
  reads[0]!.resolve([lease()]);
  await known;
  const failing = cache.refresh();
  reads[1]!.reject(new Error('store away'));
  await failing;
  expect(cache.live('web')).toHaveLength(1);
  time.now = 100;
  expect(cache.live('web')).toEqual([]);
  expect(cache.lapsed('web')).toBe(true);
});

test.each<[string, Lease[], { live: number; lapsed: boolean }]>([
  ['without leases is neither live nor lapsed', [], { live: 0, lapsed: false }],
  ['with a current lease is live', [lease()], { live: 1, lapsed: false }],
  ['with an expired lease has lapsed', [lease({ deadline: 50 })], { live: 0, lapsed: true }],
  [
    'is live until its last lease expires',
    [lease({ deadline: 50 }), lease({ deadline: 51 })],
    { live: 1, lapsed: false },
  ],
  ['on hold is live', [lease({ deadline: null })], { live: 1, lapsed: false }],
  [
    "is not held by another service's lease",
    [lease({ service: 'db' })],
    { live: 0, lapsed: false },
  ],
])('a service %s', async (_, leases, expected) => {
  const { reads, time, cache } = controlledCache();
  const read = cache.refresh();
  reads[0]!.resolve(leases);
  await read;
  time.now = 50;
  expect({ live: cache.live('web').length, lapsed: cache.lapsed('web') }).toEqual(expected);
});
