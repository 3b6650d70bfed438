import { beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../contracts/ids.ts';
import type { Store } from '../../../store/index.ts';
import type { Lease } from '../../../store/windows/leases.ts';
import { aWindow } from '../../domain/samples.ts';
import type { StoreUnderTest } from './under-test.ts';

export function describeLeases(under: () => StoreUnderTest): void {
  let store: Store;
  let other: Store;
  beforeAll(() => void ({ store, other } = under()));

  describe('leases', () => {
    const lease = (window_id: string, change: Partial<Lease> = {}): Lease => ({
      window_id,
      host: window_id,
      service: 'web',
      deadline: 1000,
      is_open: false,
      project: 'shop',
      ...change,
    });

    test('a second reservation moves them', async () => {
      const id = newId('window');
      await store.leases.reserve(id, [lease(id), lease(id, { service: 'db' })], 1);
      await store.leases.reserve(id, [lease(id, { deadline: 2000, is_open: true })], 2);
      const found = (await other.leases.ofWindow(id)).sort((a, b) =>
        a.service.localeCompare(b.service),
      );
      expect(found).toEqual([
        lease(id, { service: 'db' }),
        lease(id, { deadline: 2000, is_open: true }),
      ]);
      expect(await store.leases.ofHost(id)).toHaveLength(2);
    });

    test.each<[string, number | null, number, boolean]>([
      ['before its deadline is moved', 1000, 999, true],
      ['at its deadline is not', 1000, 1000, false],
      ['after its deadline is not', 1000, 1001, false],
      ['on hold is moved', null, 9e12, true],
    ])('a lease %s', async (_, deadline, now, moved) => {
      const id = newId('window');
      await store.leases.reserve(id, [lease(id, { deadline })], 1);
      expect(await store.leases.renew(id, 5000, now)).toBe(moved);
      expect((await store.leases.ofWindow(id))[0]!.deadline).toBe(moved ? 5000 : deadline);
    });

    test('a window without leases has none to move', async () => {
      expect(await store.leases.renew(newId('window'), 5000, 1)).toBe(false);
    });

    test('only the leases of the window are moved', async () => {
      const [id, beside] = [newId('window'), newId('window')];
      await store.leases.reserve(id, [lease(id)], 1);
      await store.leases.reserve(beside, [lease(beside)], 1);
      await store.leases.renew(id, 5000, 1);
      expect((await store.leases.ofWindow(beside))[0]!.deadline).toBe(1000);
    });

    test('they are released one by one or all at once, and a second release does no harm', async () => {
      const id = newId('window');
      await store.leases.reserve(id, [lease(id), lease(id, { service: 'db' })], 1);
      await store.leases.release(id, []);
      expect(await store.leases.ofWindow(id)).toHaveLength(2);
      for (const _ of [1, 2]) await store.leases.release(id, ['web']);
      expect((await store.leases.ofWindow(id)).map(({ service }) => service)).toEqual(['db']);
      for (const _ of [1, 2]) await store.leases.release(id);
      expect(await store.leases.ofHost(id)).toEqual([]);
    });

    test('leases of ended windows are swept, on one host only, and those of live windows stay', async () => {
      const [host, elsewhere] = [newId('run'), newId('run')];
      const ids: string[] = [];
      for (const state of ['closed', 'failed', 'open', 'closing'] as const) {
        for (const at of [host, elsewhere]) {
          const view = aWindow({ window_id: newId('window'), host: at, kind: 'operator', state });
          const leases = ['web', 'db'].map((service) =>
            lease(view.window_id, { host: at, service }),
          );
          await store.windows.save({ ...view, state: 'open' }, []);
          await store.leases.reserve(view.window_id, leases, 1);
          await store.windows.save(view, []);
          if (at === host && (state === 'open' || state === 'closing')) ids.push(view.window_id);
        }
      }
      expect(await other.leases.sweep(host)).toBe(4);
      expect(new Set((await store.leases.ofHost(host)).map((one) => one.window_id))).toEqual(
        new Set(ids),
      );
      expect(await store.leases.ofHost(elsewhere)).toHaveLength(8);
      expect(await store.leases.sweep(host)).toBe(0);
    });

    test('a window that needs no services reserves none', async () => {
      expect(await store.leases.reserve(newId('window'), [], 1)).toBe(true);
    });
  });
}
