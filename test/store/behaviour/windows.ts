import { beforeAll, describe, expect, test } from 'vitest';
import { newId } from '../../../contracts/ids.ts';
import type { WindowView } from '../../../contracts/window.ts';
import type { Store } from '../../../store/index.ts';
import { cursorPattern } from '../../../store/windows/windows.ts';
import { aWindow, iso, minute, noon } from '../../domain/samples.ts';
import type { StoreUnderTest } from './under-test.ts';

export function describeWindows(under: () => StoreUnderTest): void {
  let store: Store;
  let other: Store;
  beforeAll(() => void ({ store, other } = under()));

  let hosts = 0;
  /** A window on a host that no other test uses. */
  const fresh = (change: Partial<WindowView> = {}): WindowView =>
    aWindow({ window_id: newId('window'), host: `h${(hosts += 1)}`, ...change });
  const event = (type: 'window.requested' | 'window.open' = 'window.open') =>
    ({ type, at: noon, actor: 'test' }) as const;

  describe('windows', () => {
    test('a second request for the same target returns the existing window', async () => {
      const first = fresh();
      expect(await store.windows.request(first, [])).toEqual({ window: first, created: true });
      const again = { ...first, window_id: newId('window') };
      expect(await other.windows.request(again, [])).toEqual({ window: first, created: false });
      expect(await store.windows.find(again.window_id)).toBeNull();
    });

    test('many simultaneous callers get one window, which is written once', async () => {
      const first = fresh();
      const before = await store.events.newest();
      const answers = await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          (n % 2 === 0 ? store : other).windows.request({ ...first, window_id: newId('window') }, [
            event('window.requested'),
          ]),
        ),
      );
      expect(new Set(answers.map(({ window }) => window.window_id)).size).toBe(1);
      expect(answers.filter(({ created }) => created)).toHaveLength(1);
      expect(await store.events.newest()).toBe(before + 1);
    });

    test.each(['closing', 'closed', 'failed'] as const)(
      'a target whose window is %s gets a new one',
      async (state) => {
        const first = fresh();
        await store.windows.request(first, []);
        await store.windows.save({ ...first, state }, []);
        const next = { ...first, window_id: newId('window') };
        expect(await store.windows.request(next, [])).toMatchObject({ created: true });
      },
    );

    test('windows on other hosts and operator windows are not shared', async () => {
      const first = fresh();
      await store.windows.request(first, []);
      const elsewhere = fresh();
      expect((await store.windows.request(elsewhere, [])).created).toBe(true);
      for (const _ of [1, 2]) {
        const operator = fresh({ host: first.host, kind: 'operator', target: null });
        expect((await store.windows.request(operator, [])).created).toBe(true);
      }
    });

    test('the newest state is what is found', async () => {
      const view = fresh();
      await store.windows.save(view, []);
      await store.windows.save({ ...view, state: 'open', extensions: 3 }, []);
      expect(await other.windows.find(view.window_id)).toEqual({
        ...view,
        state: 'open',
        extensions: 3,
      });
    });

    test.each(['closed', 'failed'] as const)(
      'a window that is %s is not changed any more, and nothing is said of it',
      async (state) => {
        const ended = fresh({ state, closed_at: iso(noon) });
        await store.windows.save(ended, []);
        const before = await store.events.newest();
        await store.windows.save({ ...ended, state: 'open' }, [event()]);
        expect(await store.windows.find(ended.window_id)).toEqual(ended);
        expect(await store.events.newest()).toBe(before);
      },
    );

    test('the end wins over a simultaneous change', async () => {
      for (let n = 0; n < 10; n += 1) {
        const view = fresh({ state: 'open' });
        await store.windows.save(view, []);
        await Promise.all([
          other.windows.save({ ...view, state: 'closed' }, [event()]),
          store.windows.save({ ...view, state: 'closing' }, [event()]),
          store.windows.save({ ...view, extensions: 1 }, [event()]),
        ]);
        expect((await store.windows.find(view.window_id))?.state).toBe('closed');
      }
    });

    test('two processes that write a window for the first time both succeed', async () => {
      const view = fresh({ state: 'opening' });
      await Promise.all([store.windows.save(view, []), other.windows.save(view, [])]);
      expect(await store.windows.find(view.window_id)).toEqual(view);
    });

    test('the newest window of a target is found, live or not', async () => {
      const old = fresh({ state: 'closed' });
      const young = { ...old, window_id: newId('window'), requested_at: iso(noon + 1) };
      await store.windows.save(young, []);
      await store.windows.save(old, []);
      expect((await store.windows.newestFor(old.host, 'web'))?.window_id).toBe(young.window_id);
      expect(await store.windows.newestFor(old.host, 'db')).toBeNull();
    });

    test('live windows are those that may hold services up', async () => {
      const states = [
        'requested',
        'queued',
        'opening',
        'open',
        'closing',
        'closed',
        'failed',
      ] as const;
      const views = states.map((state, n) =>
        fresh({ host: 'live', target: state, state, requested_at: iso(noon + n) }),
      );
      for (const view of views) await store.windows.save(view, []);
      const live = (await store.windows.live('live')).map(({ state }) => state);
      expect(live).toEqual(['closing', 'open', 'opening', 'queued', 'requested']);
      expect((await store.windows.live()).length).toBeGreaterThanOrEqual(5);
    });

    test('lists are newest first, and pages neither miss nor repeat a window, also at equal times', async () => {
      const times = [0, 5, 5, 5, 5, 9, 9];
      const views = times.map((at) =>
        fresh({
          kind: 'operator',
          target: null,
          state: 'queued',
          requested_at: iso(noon + minute + at),
        }),
      );
      for (const view of views) await store.windows.save(view, []);
      const found: WindowView[] = [];
      let cursor: string | undefined;
      do {
        const page = await store.windows.list({
          state: 'queued',
          limit: 2,
          ...(cursor === undefined ? {} : { cursor }),
        });
        expect(page.windows.length).toBeLessThanOrEqual(2);
        found.push(...page.windows);
        cursor = page.next_cursor ?? undefined;
        if (cursor !== undefined) expect(cursor).toMatch(cursorPattern);
      } while (cursor !== undefined);
      const ours = found.filter(({ requested_at }) => requested_at >= iso(noon + minute));
      const key = (view: WindowView): string => `${view.requested_at} ${view.window_id}`;
      expect(ours.map(key)).toEqual(views.map(key).toSorted().toReversed());
      expect(new Set(found.map(({ window_id }) => window_id)).size).toBe(found.length);
    });

    test('a window requested while pages are read appears on no later page', async () => {
      const views = [0, 1, 2].map((at) =>
        fresh({ state: 'failed', requested_at: iso(noon + 2 * minute + at) }),
      );
      for (const view of views) await store.windows.save(view, []);
      const first = await store.windows.list({ state: 'failed', limit: 1 });
      await store.windows.save(
        fresh({ state: 'failed', requested_at: iso(noon + 3 * minute) }),
        [],
      );
      const rest = await store.windows.list({
        state: 'failed',
        limit: 2,
        cursor: first.next_cursor!,
      });
      expect(rest.windows.map(({ window_id }) => window_id)).toEqual([
        views[1]!.window_id,
        views[0]!.window_id,
      ]);
    });

    test('a list of exactly one page has no next page', async () => {
      const page = await store.windows.list({ limit: 1000 });
      expect(page.next_cursor).toBeNull();
      expect(await store.windows.list({ limit: page.windows.length })).toEqual(page);
    });
  });
}
