import type { Kysely, Transaction } from 'kysely';
import type { EventRecord } from '../../contracts/event.ts';
import type { Notice } from '../../contracts/notice.ts';
import type { Connection } from '../core/connection.ts';
import { newestEvent, readCursor, setCursor } from '../core/event-cursor.ts';
import { recordsAfter } from '../core/events.ts';
import type { Tables } from '../core/schema.ts';

/** A notice for one channel. */
export interface NewNotice {
  /** The same for what this channel must not get twice. */
  id: string;
  channel: string;
  due_at: number;
  notice: Notice;
  /** It is kept only if the channel's last notice about the same thing said something else. */
  follows?: boolean;
}

/** What a channel may be sent now. */
export interface PendingNotices {
  channel: string;
  count: number;
  oldest_due_at: number;
  critical: boolean;
}

/** `at` is when it may be sent, in epoch ms. */
export interface NewestNotice {
  channel: string;
  subject: string;
  at: number;
  waits: boolean;
}

export interface Outbox {
  /**
   * Reads the events that follow the host's cursor, writes what `toNotices` makes of them and moves the cursor, in one
   * transaction: a crash loses none and doubles none. The first call begins at the newest event.
   * @returns whether there may be more events
   */
  collect(host: string, toNotices: (event: EventRecord) => NewNotice[]): Promise<boolean>;
  /** Writes notices that no event stands for. Known ones stay as they are. */
  add(host: string, notices: readonly NewNotice[]): Promise<void>;
  /** Which of these ids are known. */
  known(ids: readonly string[]): Promise<Set<string>>;
  /** The newest notice about each of these subjects that each channel was made; it may still wait for its message. */
  newest(host: string, subjects: readonly string[]): Promise<NewestNotice[]>;
  pending(host: string, now: number): Promise<PendingNotices[]>;
  /** How many are not part of a message yet. */
  held(): Promise<number>;
  /**
   * Makes messages of what is pending for a channel, at most 500 notices each: one to send, and, of those that are too late
   * to be sent, one that has ended.
   */
  bundle(host: string, channel: string, now: number, newId: () => string): Promise<void>;
}

/** Events that one transaction reads. */
const batch = 500;
const mostInMessage = 500;
const table = 'notice_cursors';

const insert = async (
  tx: Transaction<Tables>,
  host: string,
  notices: readonly NewNotice[],
): Promise<void> => {
  const kept: NewNotice[] = [];
  for (const one of notices)
    if (one.follows !== true || (await endsSomething(tx, one, kept))) kept.push(one);
  if (kept.length === 0) return;
  const rows = kept.map(({ id, channel, due_at, notice }) => ({
    id,
    host,
    channel,
    severity: notice.severity,
    at: Date.parse(notice.at),
    due_at,
    record: JSON.stringify(notice),
    subject: notice.subject,
    message_id: null,
  }));
  await tx
    .insertInto('notices')
    .values(rows)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
};

/** Whether the channel was notified of what this one says the end of, and not of its end. */
async function endsSomething(
  tx: Transaction<Tables>,
  { channel, notice: { subject, type } }: NewNotice,
  before: readonly NewNotice[],
): Promise<boolean> {
  const last = before.findLast((one) => one.channel === channel && one.notice.subject === subject);
  if (last !== undefined) return last.notice.type !== type;
  const row = await tx
    .selectFrom('notices')
    .select('record')
    .where('subject', '=', subject)
    .where('channel', '=', channel)
    .orderBy('at', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row !== undefined && (JSON.parse(row.record) as Notice).type !== type;
}

export function createOutbox(connection: Connection): Outbox {
  const under = <T>(host: string, work: (tx: Transaction<Tables>) => Promise<T>): Promise<T> =>
    connection.writeUnder([`notices/${host}`], work);
  return {
    async collect(host, toNotices) {
      const isNews = await connection.read((db) => hasNews(db, host));
      if (!isNews) return false;
      return under(host, async (tx) => {
        const cursor = await readCursor(tx, table, host);
        if (cursor === undefined) {
          await setCursor(tx, table, host, await newestEvent(tx));
          return false;
        }
        const events = await recordsAfter(tx, cursor, batch);
        const last = events.at(-1);
        if (last === undefined) return false;
        await insert(tx, host, events.flatMap(toNotices));
        await setCursor(tx, table, host, last.seq);
        return events.length === batch;
      });
    },
    add: (host, notices) => under(host, (tx) => insert(tx, host, notices)),
    known: (ids) =>
      connection.read(async (db) => {
        if (ids.length === 0) return new Set();
        const rows = await db.selectFrom('notices').select('id').where('id', 'in', ids).execute();
        return new Set(rows.map(({ id }) => id));
      }),
    newest: (host, subjects) =>
      connection.read(async (db) => {
        if (subjects.length === 0) return [];
        const rows = await db
          .selectFrom('notices')
          .select(['channel', 'subject'])
          .select(({ fn }) => [
            fn.max('due_at').as('at'),
            fn.countAll<number | string>().as('all'),
            fn.count<number | string>('message_id').as('bundled'),
          ])
          .where('host', '=', host)
          .where('subject', 'in', subjects)
          .groupBy(['channel', 'subject'])
          .execute();
        return rows.map(({ channel, subject, at, all, bundled }) => {
          const waits = Number(bundled) < Number(all);
          return { channel, subject: subject!, at, waits };
        });
      }),
    pending: (host, now) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('notices')
          .select(['channel', 'severity'])
          .select(({ fn }) => [
            fn.countAll<number | string>().as('count'),
            fn.min('due_at').as('oldest'),
          ])
          .where('host', '=', host)
          .where('message_id', 'is', null)
          .where('due_at', '<=', now)
          .groupBy(['channel', 'severity'])
          .execute();
        const byChannel = Map.groupBy(rows, ({ channel }) => channel);
        return [...byChannel].map(([channel, of]) => ({
          channel,
          count: of.reduce((sum, { count }) => sum + Number(count), 0),
          oldest_due_at: Math.min(...of.map(({ oldest }) => oldest)),
          critical: of.some(({ severity }) => severity === 'critical'),
        }));
      }),
    held: () =>
      connection.read(async (db) => {
        const row = await db
          .selectFrom('notices')
          .select(({ fn }) => fn.countAll<number | string>().as('count'))
          .where('message_id', 'is', null)
          .executeTakeFirst();
        return Number(row?.count ?? 0);
      }),
    bundle: (host, channel, now, newId) =>
      under(host, async (tx) => {
        const rows = await tx
          .selectFrom('notices')
          .select(['id', 'record'])
          .where('host', '=', host)
          .where('channel', '=', channel)
          .where('message_id', 'is', null)
          .where('due_at', '<=', now)
          .orderBy('due_at')
          .orderBy('id')
          .limit(mostInMessage)
          .execute();
        const late = new Set(rows.filter((row) => isLate(row, now)).map(({ id }) => id));
        const message = { host, channel, attempts: 0, created_at: now };
        const make = async (ids: string[], end: 'waiting' | 'expired'): Promise<void> => {
          if (ids.length === 0) return;
          const id = newId();
          const ended = end === 'expired';
          await tx
            .insertInto('notice_messages')
            .values({
              ...message,
              id,
              status: end,
              next_at: ended ? null : now,
              ended_at: ended ? now : null,
              error: ended ? 'its time had passed before it could be sent' : null,
            })
            .execute();
          await tx.updateTable('notices').set({ message_id: id }).where('id', 'in', ids).execute();
        };
        const ids = rows.map(({ id }) => id);
        await make(
          ids.filter((id) => !late.has(id)),
          'waiting',
        );
        await make(
          ids.filter((id) => late.has(id)),
          'expired',
        );
      }),
  };
}

const isLate = ({ record }: { record: string }, now: number): boolean => {
  const { valid_until } = JSON.parse(record) as Notice;
  return valid_until !== null && Date.parse(valid_until) <= now;
};

async function hasNews(db: Kysely<Tables>, host: string): Promise<boolean> {
  const cursor = await readCursor(db, table, host);
  return cursor === undefined || (await newestEvent(db)) > cursor;
}
