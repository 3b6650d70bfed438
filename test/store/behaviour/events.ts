import { setTimeout as sleep } from 'node:timers/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { VX11Error } from '../../../contracts/errors.ts';
import { newId } from '../../../contracts/ids.ts';
import { chainStart } from '../../../store/core/hash-chain.ts';
import type { Store } from '../../../store/index.ts';
import { aWindow, iso, noon } from '../../domain/samples.ts';
import type { Backend } from '../backend.ts';
import { startAppender } from '../child.ts';
import type { StoreUnderTest } from './under-test.ts';

export function describeEvents(under: () => StoreUnderTest): void {
  let store: Store;
  let other: Store;
  let backend: Backend;
  let kind: string;
  beforeAll(() => void ({ store, other, backend, kind } = under()));

  const event = (type: 'window.requested' | 'window.open' = 'window.open') =>
    ({ type, at: noon, actor: 'test' }) as const;

  describe('events', () => {
    test('come in the order in which they were appended, each linked to the one before', async () => {
      const from = await store.events.newest();
      const full = {
        type: 'window.open',
        at: noon,
        actor: 'ada',
        host: 'h',
        window_id: 'w',
        service: 's',
        correlation_id: 'c',
        payload: { a: [1, 'ü'] },
      } as const;
      await store.events.append([full, event()]);
      await other.events.append([event('window.requested')]);
      await store.events.append([]);
      const found = await store.events.after(from, 10);
      expect(found.map(({ seq }) => seq)).toEqual([from + 1, from + 2, from + 3]);
      expect(found[0]).toMatchObject({ ...full, at: iso(noon) });
      expect(found[1]).toMatchObject({
        host: null,
        service: null,
        payload: {},
        prev_hash: found[0]!.hash,
      });
      expect(found[2]!.prev_hash).toBe(found[1]!.hash);
      expect((await store.events.after(from, 2)).map(({ seq }) => seq)).toEqual([
        from + 1,
        from + 2,
      ]);
      expect((await store.events.after(0, 1))[0]!.prev_hash).toBe(chainStart);
    });

    test('are not written when the change that they describe is not', async () => {
      const before = await store.events.newest();
      const view = aWindow({ window_id: newId('window'), host: 'chain' });
      const broken = { ...event(), payload: { huge: 1n } as never };
      await expect(store.windows.request(view, [broken])).rejects.toThrow(VX11Error);
      expect(await store.windows.find(view.window_id)).toBeNull();
      expect(await store.events.newest()).toBe(before);
      expect((await store.windows.request(view, [])).created).toBe(true);
    });

    test('of two processes that append at the same time form one intact chain', async () => {
      const from = await store.events.newest();
      const writers = ['one', 'two'].map((who) => startAppender(backend.url, who, 60));
      const acknowledged = await Promise.all(writers.map((writer) => writer.acknowledged()));
      expect(acknowledged.map((all) => all.length)).toEqual([60, 60]);
      const found = await store.events.after(from, 1000);
      for (const who of ['one', 'two']) {
        const mine = found.filter(({ actor }) => actor === who).map(({ payload }) => payload['n']);
        expect(mine).toEqual(Array.from({ length: 60 }, (_, n) => n + 1));
      }
      expect(await store.audit.verify('events')).toMatchObject({ ok: true });
    });

    test('of a process that is killed while it writes are complete: every acknowledged row is there', async () => {
      for (let round = 1; round <= 10; round += 1) {
        const who = `killed${round}`;
        const writer = startAppender(backend.url, who, 1e6);
        await writer.ready;
        await sleep(5 + 40 * Math.random());
        writer.kill();
        const acknowledged = await writer.acknowledged();
        const rows = new Set((await store.services.observed(who)).map(({ name }) => name));
        for (const n of acknowledged) expect(rows).toContain(`${who}-${n}`);
        // at most one more row was written but not yet acknowledged
        expect(rows.size - acknowledged.length).toBeLessThanOrEqual(1);
      }
      expect(await store.audit.verify('events')).toMatchObject({ ok: true });
    });

    test.each(['update events set actor = $$me$$', 'delete from events where seq = 1'])(
      'refuse %s',
      async (sql) => {
        await store.events.append([event()]);
        const statement = sql.replaceAll('$$', "'");
        await expect(backend.tamper(statement)).rejects.toThrow('events is append-only');
      },
    );

    // these two come last, because they break the chain for good
    test('that are changed behind the triggers are reported', async () => {
      await store.events.append([event(), event(), event()]);
      const { length } = await store.events.after(0, 1e6);
      expect(await store.audit.verify('events')).toMatchObject({ ok: true, checked: length });
      await backend.tamper(
        kind === 'SQLite'
          ? 'drop trigger events_no_update'
          : 'alter table events disable trigger all',
      );
      await backend.tamper(`update events set actor = 'nobody' where seq = ${length - 1}`);
      const changed = {
        ok: false,
        broken_at: length - 1,
        because: 'its content does not match its hash',
      };
      expect(await store.audit.verify('events')).toMatchObject(changed);
    });

    test('that get a new hash or are removed behind the triggers are reported', async () => {
      const before = (await store.events.after(0, 1e6)).length;
      const [second] = await store.events.after(1, 1);
      await backend.tamper(
        `update events set prev_hash = '${'1'.repeat(64)}' where seq = ${second!.seq}`,
      );
      expect(await store.audit.verify('events')).toMatchObject({
        ok: false,
        broken_at: 2,
        because: 'it does not follow the event before it',
      });
      if (kind === 'SQLite') await backend.tamper('drop trigger events_no_delete');
      await backend.tamper('delete from events where seq = 2');
      expect(await store.audit.verify('events')).toMatchObject({
        ok: false,
        broken_at: 3,
        because: 'event 2 is missing',
      });
      expect((await store.events.after(0, 1e6)).length).toBe(before - 1);
    });
  });
}
