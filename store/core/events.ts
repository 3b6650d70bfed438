import type { Kysely, Transaction } from 'kysely';
import type { EventRecord, EventType, NewEvent } from '../../contracts/event.ts';
import { isoTime } from '../../platform/time.ts';
import { traceParent } from '../../platform/trace-context.ts';
import type { Connection } from './connection.ts';
import { eventRows, type EventFilter } from './event-history.ts';
import { appendLinks, chainStart, linksAfter, rowsAfter, type Chain } from './hash-chain.ts';
import type { Tables } from './schema.ts';

type EventRow = Tables['events'];

/** How the event log is chained. */
export const eventChain: Chain<'events'> = {
  table: 'events',
  noun: 'event',
  members: (row) => [
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
  ],
};

export type AppendEvents = (tx: Transaction<Tables>, events: NewEvent[]) => Promise<void>;

/**
 * Appends events in the transaction that makes the change they describe. If the code that makes it runs as a part of
 * something else, the payload says of what, as `trace_parent`.
 */
export const appendEvents: AppendEvents = async (tx, events) => {
  const parent = traceParent();
  const rows = events.map((event) => ({
    at: event.at,
    type: event.type,
    actor: event.actor,
    host: event.host ?? null,
    window_id: event.window_id ?? null,
    service: event.service ?? null,
    correlation_id: event.correlation_id ?? null,
    payload: JSON.stringify({
      ...event.payload,
      ...(event.actor_id != null && { actor_id: event.actor_id }),
      ...(parent !== null && { trace_parent: parent }),
    }),
  }));
  await appendLinks(tx, eventChain, rows);
};

export const toRecord = (row: EventRow): EventRecord => ({
  ...row,
  type: row.type as EventType,
  at: isoTime(row.at),
  payload: JSON.parse(row.payload) as Record<string, unknown>,
});

/** Events after a number, oldest first, within a transaction. */
export const recordsAfter = async (
  db: Kysely<Tables>,
  seq: number,
  limit: number,
): Promise<EventRecord[]> => (await rowsAfter(db, eventChain, seq, limit)).map(toRecord);

/** Where the log begins and ends. */
export interface LogEnds {
  /** The number of the newest event; 0 before the first. */
  newest: number;
  /** The number of the oldest event that is kept, or will be. */
  first_kept: number;
  /** The hash of the newest event, which the next one names as its `prev_hash`. */
  head_hash: string;
}

/** The append-only log of everything that happened. */
export interface EventStore {
  append(events: NewEvent[]): Promise<void>;
  /** Events after `seq`, oldest first. */
  after(seq: number, limit: number): Promise<EventRecord[]>;
  /** The number of the newest event; 0 before the first. */
  newest(): Promise<number>;
  ends(): Promise<LogEnds>;
  /** Newest first. `next_cursor` is the number before which the next page begins; null on the last page. */
  page(filter: EventFilter): Promise<{ events: EventRecord[]; next_cursor: string | null }>;
}

export function createEventStore(connection: Connection, append: AppendEvents): EventStore {
  return {
    append: (events) => connection.writeUnder([], (tx) => append(tx, events)),
    after: async (seq, limit) =>
      (await linksAfter(connection, eventChain, seq, limit)).map(toRecord),
    newest: () =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('events')
          .select((eb) => eb.fn.max('seq').as('seq'))
          .executeTakeFirst();
        return row?.seq ?? 0;
      }),
    ends: () =>
      connection.read(async (db) => {
        const last = await db
          .selectFrom('events')
          .select(['seq', 'hash'])
          .select(({ selectFrom }) =>
            selectFrom('events as log')
              .select(({ fn }) => fn.min('seq').as('seq'))
              .as('first'),
          )
          .orderBy('seq', 'desc')
          .limit(1)
          .executeTakeFirst();
        if (last === undefined) return { newest: 0, first_kept: 1, head_hash: chainStart };
        return { newest: last.seq, first_kept: last.first ?? last.seq, head_hash: last.hash };
      }),
    page: async (filter) => {
      const { limit } = filter;
      // one extra row shows whether there is a next page
      const rows = await connection.read((db) => eventRows(db, { ...filter, limit: limit + 1 }));
      const events = rows.slice(0, limit).map(toRecord);
      const more = rows.length > limit ? events.at(-1) : undefined;
      return { events, next_cursor: more === undefined ? null : String(more.seq) };
    },
  };
}
