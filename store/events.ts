import { createHash } from 'node:crypto';
import type { Transaction } from 'kysely';
import type { EventRecord, EventType, NewEvent } from '../contracts/event.ts';
import type { Connection } from './connection.ts';
import type { Tables } from './schema.ts';

type EventRow = Tables['events'];

/** What the first event has before it. */
export const chainStart = '0'.repeat(64);

/** SHA-256 over the previous hash and every other member, in this order, as JSON. */
export function eventHash(row: Omit<EventRow, 'hash'>): string {
  const members = [
    row.prev_hash,
    row.seq,
    row.at,
    row.type,
    row.actor,
    row.host,
    row.window_id,
    row.service,
    row.correlation_id,
    row.payload,
  ];
  return createHash('sha256').update(JSON.stringify(members)).digest('hex');
}

export type AppendEvents = (tx: Transaction<Tables>, events: NewEvent[]) => Promise<void>;

/** Appends within the transaction that makes the events true. */
export const appendEvents: AppendEvents = async (tx, events) => {
  if (events.length === 0) return;
  const last = await tx
    .selectFrom('events')
    .select(['seq', 'hash'])
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  let { seq, hash } = last ?? { seq: 0, hash: chainStart };
  const rows: EventRow[] = [];
  for (const event of events) {
    const row = {
      seq: (seq += 1),
      at: event.at,
      type: event.type,
      actor: event.actor,
      host: event.host ?? null,
      window_id: event.window_id ?? null,
      service: event.service ?? null,
      correlation_id: event.correlation_id ?? null,
      payload: JSON.stringify(event.payload ?? {}),
      prev_hash: hash,
    };
    hash = eventHash(row);
    rows.push({ ...row, hash });
  }
  await tx.insertInto('events').values(rows).execute();
};

const toRecord = (row: EventRow): EventRecord => ({
  ...row,
  type: row.type as EventType,
  at: new Date(row.at).toISOString(),
  payload: JSON.parse(row.payload) as Record<string, unknown>,
});

/** The append-only log of everything that happened. */
export interface EventStore {
  append(events: NewEvent[]): Promise<void>;
  /** Events after `seq`, oldest first. */
  after(seq: number, limit: number): Promise<EventRecord[]>;
  /** The number of the newest event; 0 before the first. */
  newest(): Promise<number>;
  /** Walks the whole chain; names the first event that does not fit. */
  verify(): Promise<
    { ok: true; checked: number } | { ok: false; broken_at: number; because: string }
  >;
}

export function createEventStore(connection: Connection, append: AppendEvents): EventStore {
  const page = (seq: number, limit: number) =>
    connection.read((db) =>
      db
        .selectFrom('events')
        .selectAll()
        .where('seq', '>', seq)
        .orderBy('seq')
        .limit(limit)
        .execute(),
    );
  return {
    append: (events) => connection.write((tx) => append(tx, events)),
    after: async (seq, limit) => (await page(seq, limit)).map(toRecord),
    newest: () =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('events')
          .select((eb) => eb.fn.max('seq').as('seq'))
          .executeTakeFirst();
        return row?.seq ?? 0;
      }),
    async verify() {
      let previous = { seq: 0, hash: chainStart };
      let checked = 0;
      for (;;) {
        const rows = await page(previous.seq, 500);
        if (rows.length === 0) return { ok: true, checked };
        for (const row of rows) {
          const because =
            row.seq !== previous.seq + 1
              ? `event ${previous.seq + 1} is missing`
              : row.prev_hash !== previous.hash
                ? 'it does not follow the event before it'
                : row.hash !== eventHash(row)
                  ? 'its content does not match its hash'
                  : null;
          if (because !== null) return { ok: false, broken_at: row.seq, because };
          previous = row;
          checked += 1;
        }
      }
    },
  };
}
