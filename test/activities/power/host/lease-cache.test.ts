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

/** A book over a store whose answers come when, and as, the test says. */
function bookOver() {
  const asked: PromiseWithResolvers<Lease[]>[] = [];
  const ofHost = (): Promise<Lease[]> => {
    const answer = Promise.withResolvers<Lease[]>();
    asked.push(answer);
    return answer.promise;
  };
  const time = { now: 0 };
  const store = { leases: { ofHost } } as unknown as Store;
  return { asked, time, book: createLeaseCache(store, 'host-a', () => time.now) };
}

test('an answer that was asked for earlier never replaces a later one', async () => {
  const { asked, book } = bookOver();
  const [first, second] = [book.refresh(), book.refresh()];
  asked[1]!.resolve([]);
  await second;
  asked[0]!.resolve([lease()]);
  await first;
  expect(book.all()).toEqual([]);
});

test('answers in their order each replace the one before', async () => {
  const { asked, book } = bookOver();
  const [first, second] = [book.refresh(), book.refresh()];
  asked[0]!.resolve([lease()]);
  await first;
  expect(book.live('web')).toHaveLength(1);
  asked[1]!.resolve([]);
  await second;
  expect(book.all()).toEqual([]);
});

test('while the store cannot be read the last known leases stand, and still end on time', async () => {
  const { asked, time, book } = bookOver();
  const known = book.refresh();
  asked[0]!.resolve([lease()]);
  await known;
  const failing = book.refresh();
  asked[1]!.reject(new Error('store away'));
  await failing;
  expect(book.live('web')).toHaveLength(1);
  time.now = 100;
  expect(book.live('web')).toEqual([]);
  expect(book.lapsed('web')).toBe(true);
});

test.each<[string, Lease[], { live: number; lapsed: boolean }]>([
  ['without leases neither lives nor lapsed', [], { live: 0, lapsed: false }],
  ['with a lease ahead lives', [lease()], { live: 1, lapsed: false }],
  ['with a lease behind has lapsed', [lease({ deadline: 50 })], { live: 0, lapsed: true }],
  [
    'lives by its last lease',
    [lease({ deadline: 50 }), lease({ deadline: 51 })],
    { live: 1, lapsed: false },
  ],
  ['on hold lives', [lease({ deadline: null })], { live: 1, lapsed: false }],
  [
    "is not held by another service's lease",
    [lease({ service: 'db' })],
    { live: 0, lapsed: false },
  ],
])('a service %s', async (_, leases, expected) => {
  const { asked, time, book } = bookOver();
  const read = book.refresh();
  asked[0]!.resolve(leases);
  await read;
  time.now = 50;
  expect({ live: book.live('web').length, lapsed: book.lapsed('web') }).toEqual(expected);
});
