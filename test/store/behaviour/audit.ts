import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createAuditStore } from '../../../store/system/audit.ts';
import { createConnection, type Connection } from '../../../store/core/connection.ts';
import { openDatabase } from '../../../store/core/dialect.ts';
import { appendEvents } from '../../../store/core/events.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { noon } from '../../domain/samples.ts';
import type { Backend } from '../backend.ts';

const year = 365 * 86_400_000;
const old = noon - year;

/** Verification and pruning. They remove rows, so they need a database of their own. */
export function describeAudit(kind: string, start: () => Promise<Backend>): void {
  let store: Store;
  let backend: Backend;
  beforeAll(async () => {
    backend = await start();
    store = await openStore(backend.url);
  });
  afterAll(async () => {
    await store?.close();
    await backend?.stop();
  });

  const append = (at: number, n = 1) =>
    store.events.append(
      Array.from({ length: n }, () => ({ type: 'window.open', at, actor: 'test' }) as const),
    );
  const ask = { before: noon - 1000, now: noon, actor: 'retention' };

  describe(`the audit on ${kind}`, () => {
    test('removes only rows older than the given instant, records it, and still verifies the rest', async () => {
      await append(old, 5);
      await append(noon);
      // old rows after a young one stay
      await append(old, 3);
      await append(noon, 2);
      const first = (await store.events.after(0, 1))[0]!.seq;
      expect(await store.audit.prune('events', { ...ask, before: old })).toEqual({
        removed: 0,
        broken: null,
      });
      const { removed } = await store.audit.prune('events', ask);
      expect(removed).toBe(5);
      const left = await store.events.after(0, 1e6);
      expect(left[0]!.seq).toBe(first + removed);
      expect(left.at(-1)).toMatchObject({
        type: 'audit.pruned',
        payload: { log: 'events', removed },
      });
      expect(await store.audit.verify('events')).toMatchObject({
        ok: true,
        checked: left.length,
        anchor: { seq: left[0]!.seq - 1, hash: left[0]!.prev_hash },
      });
    });

    test('never removes the newest row', async () => {
      await store.audit.prune('events', { ...ask, before: noon + year });
      const left = await store.events.after(0, 1e6);
      expect(left.length).toBe(2); // itself, and the event that records the removed ones
      expect(await store.audit.verify('events')).toMatchObject({ ok: true, checked: 2 });
    });

    test('continues after rows of an older version, which keeps no head', async () => {
      const { head } = await store.audit.verify('events');
      await append(noon, 2);
      await backend.tamper(moveHead(head!));
      expect(await store.audit.verify('events')).toMatchObject({ ok: true });
      await append(noon, 2);
      expect(await store.audit.verify('events')).toMatchObject({
        ok: true,
        head: { seq: head!.seq + 4 },
      });
    });

    test('finds the place before the first row that is not older than an instant', async () => {
      await append(noon + 5000, 2);
      const newest = await store.events.newest();
      expect(await store.audit.before('events', noon + 5000)).toBe(newest - 2);
      expect(await store.audit.before('events', noon + 9000)).toBeNull();
      const rows = await store.audit.after('events', newest - 2, 10);
      expect(rows.map(({ seq }) => seq)).toEqual([newest - 1, newest]);
      expect(rows[0]).toMatchObject({ at: new Date(noon + 5000).toISOString(), payload: {} });
    });

    test('records the anchor of a quiet log again when retention removes the event that recorded it', async () => {
      const intent = (n: number, at: number) =>
        store.intents.append(
          {
            intent_id: `intent-0000000${n}`,
            at,
            source: 'chat',
            actor: 'ada',
            session_id: null,
            correlation_id: `c-${n}`,
            payload: {},
          },
          [],
        );
      await intent(1, old);
      await intent(2, noon);
      const ago = (days: number) => ({ before: noon - 1000, now: noon - days * 86_400_000 });
      expect(await store.audit.prune('intents', { ...ask, ...ago(90) })).toMatchObject({
        removed: 1,
      });
      // each run removes rows of the event log and records it
      for (let n = 0; n < 60; n += 1) {
        await append(old);
        await append(noon + 7000);
        await store.audit.prune('events', { ...ask, ...ago(80), before: noon });
      }
      expect(await store.audit.verify('intents')).toMatchObject({ ok: true, anchor: { seq: 1 } });
      await append(noon + 8000, 2);
      await store.audit.prune('events', { ...ask, before: noon + 7500 });
      const events = await store.events.after(0, 1000);
      expect(events.filter(({ type }) => type === 'audit.pruned')).toMatchObject([
        { payload: { log: 'events' } },
        { payload: { log: 'intents', removed: 0, anchor: { seq: 1 } } },
      ]);
      for (const log of store.audit.logs) {
        expect(await store.audit.verify(log)).toMatchObject({ ok: true });
      }
    });

    test('verifies a log although retention removes rows during the walk, at any moment', async () => {
      const database = await openDatabase(backend.url);
      const connection = createConnection(database);
      for (let nth = 1; nth < 9; nth += 1) {
        await append(noon + 9000 + nth, 1203); // more than two pages
        const removes = () =>
          store.audit.prune('events', { ...ask, before: noon + 9000 + nth, now: noon + 9500 });
        const disturbed = createAuditStore(afterRead(connection, nth, removes), appendEvents);
        const proof = await disturbed.verify('events');
        expect(proof, `after read ${nth}`).toMatchObject({ ok: true });
      }
      await database.db.destroy();
    });

    test('refuses to remove rows that retention has not removed', async () => {
      const first = (await store.events.after(0, 1))[0]!.seq;
      await expect(backend.tamper(`delete from events where seq = ${first}`)).rejects.toThrow(
        'append-only',
      );
    });

    test('detects an anchor that was moved to remove rows', async () => {
      await append(noon + 6000, 3);
      const [first, second] = (await store.events.after(0, 2)).map(({ seq, hash }) => ({
        seq,
        hash,
      }));
      await backend.tamper(
        `update chain_anchors set seq = ${first!.seq}, hash = '${first!.hash}' where name = 'events'`,
      );
      await backend.tamper(`delete from events where seq = ${first!.seq}`);
      expect(await store.audit.verify('events')).toMatchObject({
        ok: false,
        broken_at: second!.seq,
        because: 'rows before it were removed, and no event says so',
      });
    });
  });
}

/** Retention on a log that was tampered with. Each test has a database of its own. */
export function describeBrokenLog(kind: string, start: () => Promise<Backend>): void {
  describe(`a broken log on ${kind}`, () => {
    let mine: Store;
    let place: Backend;
    beforeEach(async () => {
      place = await start();
      mine = await openStore(place.url);
      const event = { type: 'window.open', at: old, actor: 'test' } as const;
      await mine.events.append(Array.from({ length: 700 }, () => event));
      await mine.events.append([{ ...event, at: noon }]);
      await liftTriggers(place, kind);
    });
    afterEach(async () => {
      await mine?.close();
      await place?.stop();
    });
    const prune = () => mine.audit.prune('events', { before: noon, now: noon, actor: 'retention' });
    const ends = async () => (await mine.events.after(0, 1000)).slice(-3).map(({ type }) => type);

    test.each([
      [
        'was changed',
        "update events set actor = 'nobody' where seq = 600",
        { broken_at: 600, because: 'its content does not match its hash' },
      ],
      [
        'was removed',
        'delete from events where seq = 600',
        { broken_at: 601, because: 'event 600 is missing' },
      ],
      [
        'that is the last to be pruned was removed',
        'delete from events where seq = 700',
        { broken_at: 701, because: 'event 700 is missing' },
      ],
    ])(
      'where a row %s loses no row from there on, and the break is reported once',
      async (_, sql, broken) => {
        await place.tamper(sql);
        const left = Number(/\d+$/.exec(sql)![0]);
        expect(await prune()).toEqual({ removed: left - 1, broken });
        expect(await mine.audit.verify('events')).toMatchObject({
          ok: false,
          ...broken,
          anchor: { seq: left - 1 },
        });
        expect(await mine.events.after((await mine.events.newest()) - 1, 1)).toMatchObject([
          { type: 'audit.broken', actor: 'retention', payload: { log: 'events', ...broken } },
        ]);
        expect(await prune()).toEqual({ removed: 0, broken });
        expect(await ends()).toEqual(['window.open', 'audit.pruned', 'audit.broken']);
        expect(await mine.audit.verify('events')).toMatchObject({ ok: false, ...broken });
      },
    );

    test('whose oldest rows were removed by hand, with a moved anchor, loses no more rows', async () => {
      const [row] = await mine.events.after(99, 1);
      await place.tamper(
        `insert into chain_anchors values ('events', ${row!.seq}, '${row!.hash}', ${noon})`,
      );
      await place.tamper(`delete from events where seq <= ${row!.seq}`);
      const because = 'rows before it were removed, and no event says so';
      const broken = { broken_at: 101, because };
      expect(await prune()).toEqual({ removed: 0, broken });
      expect(await prune()).toEqual({ removed: 0, broken });
      expect(await ends()).toEqual(['window.open', 'window.open', 'audit.broken']);
      expect(await mine.audit.verify('events')).toMatchObject({ ok: false, ...broken });
    });
  });
}

/** Detection of removed newest rows. The log stays broken, so it needs a database of its own. */
export function describeLogEnd(kind: string, start: () => Promise<Backend>): void {
  describe(`the end of a log on ${kind}`, () => {
    let mine: Store;
    let place: Backend;
    beforeAll(async () => {
      place = await start();
      mine = await openStore(place.url);
      const event = { type: 'window.open', at: noon, actor: 'test' } as const;
      await mine.events.append([event, event, event]);
      await liftTriggers(place, kind);
    });
    afterAll(async () => {
      await mine?.close();
      await place?.stop();
    });
    const proof = () => mine.audit.verify('events');

    test('is known from its head', async () => {
      const [newest] = await mine.events.after(2, 1);
      const { seq, hash } = newest!;
      expect(await proof()).toMatchObject({ ok: true, checked: 3, head: { seq, hash } });
    });

    test('is reported as missing when it was removed, also after further rows', async () => {
      await place.tamper('delete from events where seq > 1');
      const because = 'events 2 to 3 are missing at its end';
      expect(await proof()).toMatchObject({ ok: false, broken_at: 2, because });
      await mine.events.append([{ type: 'window.open', at: noon, actor: 'test' }]);
      expect(await proof()).toMatchObject({ broken_at: 4, because: 'event 2 is missing' });
    });

    test('is reported as missing where an older version, which keeps no head, wrote in its place', async () => {
      const { head } = await proof();
      const [first] = await mine.events.after(0, 1);
      await place.tamper('delete from events where seq > 1');
      await place.tamper(moveHead(first!));
      const event = { type: 'window.open', at: noon, actor: 'older' } as const;
      await mine.events.append([event, event, event, event]);
      await place.tamper(moveHead(head!));
      expect(await proof()).toMatchObject({ ok: false, broken_at: 4 });
      await mine.events.append([event]);
      const because = 'it does not follow the event before it';
      expect(await proof()).toMatchObject({ ok: false, broken_at: 6, because });
    });

    test('is reported as missing when neither the log nor its head is left', async () => {
      await place.tamper('delete from events');
      expect(await proof()).toMatchObject({ ok: false, broken_at: 1 });
      await place.tamper('delete from chain_heads');
      const because = 'nothing says which row is the newest';
      expect(await proof()).toMatchObject({ ok: false, because });
    });
  });
}

/** Removes the protection of the event log: from now on any writer may change it. */
const liftTriggers = (place: Backend, kind: string): Promise<void> =>
  place.tamper(
    kind === 'SQLite'
      ? 'drop trigger events_no_delete; drop trigger events_no_update'
      : 'alter table events disable trigger all',
  );

/** Moves the head of the event log back to an earlier place. */
const moveHead = ({ seq, hash }: { seq: number; hash: string }): string =>
  `update chain_heads set seq = ${seq}, hash = '${hash}' where name = 'events'`;

/** The same connection, which calls `happens` once, after its nth read. */
function afterRead(
  connection: Connection,
  nth: number,
  happens: () => Promise<unknown>,
): Connection {
  let left = nth;
  return {
    ...connection,
    async read(query) {
      const found = await connection.read(query);
      if ((left -= 1) === 0) await happens();
      return found;
    },
  };
}
