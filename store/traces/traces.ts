import type { EventRecord, EventType } from '../../contracts/event.ts';
import type { Connection } from '../core/connection.ts';
import { newestEvent, readCursor, setCursor } from '../core/event-cursor.ts';
import { recordsAfter } from '../core/events.ts';
import { beforeInstant } from '../core/hash-chain.ts';
import { eventChain } from '../core/events.ts';
import { firstsOf, recordsOf, requestOf, type SubjectKey } from './subject-events.ts';

/** How far a host's traces are behind the log. */
export interface TraceLag {
  events: number;
  /** When the oldest event that was not read was written, in epoch ms; null if all were read. */
  since: number | null;
}

/** What traces are made of: the event log behind a cursor, and the events of one subject. */
export interface TraceStore {
  /** The events that follow the host's cursor, oldest first. The first call begins at the newest event. */
  next(host: string, limit: number): Promise<EventRecord[]>;
  /** Says that everything up to this number was sent, or was given up. The cursor never goes back. */
  sent(host: string, seq: number): Promise<void>;
  /** Passes over the events from before an instant (epoch ms). @returns how many */
  skipBefore(host: string, at: number): Promise<number>;
  lag(host: string): Promise<TraceLag>;
  /** The first event of a subject, up to a number; null if it is no longer kept, or more than 100 000 events ago. */
  request(subject: SubjectKey, begins: EventType, until: number): Promise<EventRecord | null>;
  /** Of each of these types the first event of a subject within a range of numbers, both ends outside; oldest first. */
  firsts(subject: SubjectKey, types: readonly EventType[], range: Range): Promise<EventRecord[]>;
  /** The newest 200 events of a subject, oldest first. */
  all(subject: SubjectKey, types: readonly EventType[], range: Range): Promise<EventRecord[]>;
}

export type Range = readonly [after: number, before: number];
const table = 'trace_cursors';

export function createTraceStore(connection: Connection): TraceStore {
  const under = (host: string, seq: number): Promise<void> =>
    connection.writeUnder([`traces/${host}`], async (tx) => {
      const cursor = await readCursor(tx, table, host);
      if (cursor === undefined || cursor < seq) await setCursor(tx, table, host, seq);
    });
  return {
    async next(host, limit) {
      const { cursor, events, newest } = await connection.read(async (db) => {
        const seq = await readCursor(db, table, host);
        return {
          cursor: seq,
          events: seq === undefined ? [] : await recordsAfter(db, seq, limit),
          newest: seq === undefined ? await newestEvent(db) : seq,
        };
      });
      if (cursor === undefined) await under(host, newest);
      return events;
    },
    sent: under,
    async skipBefore(host, at) {
      const cursor = await connection.read((db) => readCursor(db, table, host));
      if (cursor === undefined) return 0;
      const [oldest] = await connection.read((db) => recordsAfter(db, cursor, 1));
      if (oldest === undefined || Date.parse(oldest.at) >= at) return 0;
      const last =
        (await beforeInstant(connection, eventChain, at)) ?? (await connection.read(newestEvent));
      if (last <= cursor) return 0;
      await under(host, last);
      // numbers have no gaps, but retention may have removed the oldest
      return last - oldest.seq + 1;
    },
    lag: (host) =>
      connection.read(async (db) => {
        const cursor = await readCursor(db, table, host);
        if (cursor === undefined) return { events: 0, since: null };
        const [oldest] = await recordsAfter(db, cursor, 1);
        if (oldest === undefined) return { events: 0, since: null };
        return { events: (await newestEvent(db)) - oldest.seq + 1, since: Date.parse(oldest.at) };
      }),
    request: (subject, begins, until) =>
      connection.read((db) => requestOf(db, subject, begins, until)),
    firsts: (subject, types, range) => connection.read((db) => firstsOf(db, subject, types, range)),
    all: (subject, types, range) => connection.read((db) => recordsOf(db, subject, types, range)),
  };
}
