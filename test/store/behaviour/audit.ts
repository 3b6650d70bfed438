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

/** Proofs, and the end of what is old, on a database of their own: they remove rows. */
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
    test('removes only what is older than asked, says so, and still proves the rest', async () => {
      await append(old, 5);
      await append(noon);
      // what is young keeps what is old and came after it
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
      expect(left.length).toBe(2); // it, and the event that tells of the others
      expect(await store.audit.verify('events')).toMatchObject({ ok: true, checked: 2 });
    });

    test('goes on after rows of an older program, which moves no head', async () => {
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

    test('finds the place from which on rows are as young as asked', async () => {
      await append(noon + 5000, 2);
      const newest = await store.events.newest();
      expect(await store.audit.before('events', noon + 5000)).toBe(newest - 2);
      expect(await store.audit.before('events', noon + 9000)).toBeNull();
      const rows = await store.audit.after('events', newest - 2, 10);
      expect(rows.map(({ seq }) => seq)).toEqual([newest - 1, newest]);
      expect(rows[0]).toMatchObject({ at: new Date(noon + 5000).toISOString(), payload: {} });
    });

    test('tells anew of the anchor of a quiet log when the event that told of it goes', async () => {
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
      // each hour rows of the events go, which is told each time
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

    test('proves a log of which retention removes rows during the walk, whenever it does', async () => {
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

    test('lets nobody remove what retention did not', async () => {
      const first = (await store.events.after(0, 1))[0]!.seq;
      await expect(backend.tamper(`delete from events where seq = ${first}`)).rejects.toThrow(
        'append-only',
      );
    });

    test('notices an anchor that was moved to let rows go', async () => {
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

/** What retention makes of a log that somebody changed, each time on a database of its own. */
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
        'was taken out',
        'delete from events where seq = 600',
        { broken_at: 601, because: 'event 600 is missing' },
      ],
      [
        'that is the last to go was taken out',
        'delete from events where seq = 700',
        { broken_at: 701, because: 'event 700 is missing' },
      ],
    ])('where a row %s loses none from there on, and is told once', async (_, hand, broken) => {
      await place.tamper(hand);
      const left = Number(/\d+$/.exec(hand)![0]);
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
    });

    test('of which a hand took the oldest rows, and moved the anchor, loses no more', async () => {
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

/** What shows when the newest rows of a log are gone, on a database of its own: it stays broken. */
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

    test('is told by its head', async () => {
      const [newest] = await mine.events.after(2, 1);
      const { seq, hash } = newest!;
      expect(await proof()).toMatchObject({ ok: true, checked: 3, head: { seq, hash } });
    });

    test('is missed when it was taken away, and still is when the log goes on', async () => {
      await place.tamper('delete from events where seq > 1');
      const because = 'events 2 to 3 are missing at its end';
      expect(await proof()).toMatchObject({ ok: false, broken_at: 2, because });
      await mine.events.append([{ type: 'window.open', at: noon, actor: 'test' }]);
      expect(await proof()).toMatchObject({ broken_at: 4, because: 'event 2 is missing' });
    });

    test('is missed also where an older program, which knows of no head, wrote in its place', async () => {
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

    test('is missed when nothing is left of the log, nor of its head', async () => {
      await place.tamper('delete from events');
      expect(await proof()).toMatchObject({ ok: false, broken_at: 1 });
      await place.tamper('delete from chain_heads');
      const because = 'nothing says which row is the newest';
      expect(await proof()).toMatchObject({ ok: false, because });
    });
  });
}

/** From now on whoever writes to the database may change the events. */
const liftTriggers = (place: Backend, kind: string): Promise<void> =>
  place.tamper(
    kind === 'SQLite'
      ? 'drop trigger events_no_delete; drop trigger events_no_update'
      : 'alter table events disable trigger all',
  );

/** Has the event log end where it did before. */
const moveHead = ({ seq, hash }: { seq: number; hash: string }): string =>
  `update chain_heads set seq = ${seq}, hash = '${hash}' where name = 'events'`;

/** The same connection; after its nth read something happens, once. */
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
