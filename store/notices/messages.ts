import type { MessageStatus, NoticeMessage } from '../../contracts/notice-message.ts';
import type { Notice } from '../../contracts/notice.ts';
import { isoTime, isoTimeOrNull } from '../../platform/time.ts';
import type { Connection } from '../core/connection.ts';
import { cursorPatternOf, newestPage } from '../core/pages.ts';
import type { Tables } from '../core/schema.ts';

/** A message as its sender needs it. */
export interface KeptMessage {
  id: string;
  channel: string;
  attempts: number;
  created_at: number;
  notices: Notice[];
}

/** How many messages a channel has that have not ended well. */
export interface ChannelCount {
  host: string;
  channel: string;
  waiting: number;
  dead: number;
  /** Of those that wait, whether one has been tried. */
  failing: boolean;
}

export interface Messages {
  /** The messages of a host that are due, the longest due first, at most one for each channel. */
  due(host: string, now: number): Promise<KeptMessage[]>;
  /** Ends a message, or says when its next try is. One that has ended stays as it is. */
  mark(id: string, change: MessageChange): Promise<void>;
  find(id: string): Promise<NoticeMessage | null>;
  /** Newest first. */
  list(filter: {
    status?: MessageStatus | undefined;
    channel?: string | undefined;
    limit: number;
    cursor?: string | undefined;
  }): Promise<{ messages: NoticeMessage[]; next_cursor: string | null }>;
  /** Makes a dead message wait for a try at once. @returns null if there is no dead one with this id */
  retry(id: string, now: number): Promise<NoticeMessage | null>;
  /** Writes a message of one notice that is sent at once. */
  post(id: string, host: string, channel: string, notice: Notice, now: number): Promise<void>;
  counts(): Promise<ChannelCount[]>;
  /** When the newest message of each channel was made, of those since an instant; epoch ms. */
  newest(host: string, since: number): Promise<Map<string, number>>;
}

export type MessageChange =
  | { status: 'sent' | 'expired' | 'dead'; at: number; error: string | null; attempts: number }
  | { status: 'waiting'; next_at: number; error: string; attempts: number };

/** The form of a cursor of `list`. */
export const messageCursorPattern = cursorPatternOf('notice');

type Row = Tables['notice_messages'];
const mostShown = 20;

export function createMessages(connection: Connection): Messages {
  const noticesOf = (id: string): Promise<Notice[]> =>
    connection.read(async (db) => {
      const rows = await db
        .selectFrom('notices')
        .select('record')
        .where('message_id', '=', id)
        .orderBy('at')
        .orderBy('id')
        .execute();
      return rows.map(({ record }) => JSON.parse(record) as Notice);
    });
  const toView = async (row: Row): Promise<NoticeMessage> => {
    const notices = await noticesOf(row.id);
    return {
      message_id: row.id,
      host: row.host,
      channel: row.channel,
      status: row.status as MessageStatus,
      notices: notices.slice(0, mostShown),
      count: notices.length,
      attempts: row.attempts,
      created_at: isoTime(row.created_at),
      next_at: isoTimeOrNull(row.next_at),
      ended_at: isoTimeOrNull(row.ended_at),
      error: row.error,
    };
  };
  const rowOf = (id: string): Promise<Row | undefined> =>
    connection.read((db) =>
      db.selectFrom('notice_messages').selectAll().where('id', '=', id).executeTakeFirst(),
    );
  return {
    async due(host, now) {
      const rows = await connection.read((db) =>
        db
          .selectFrom('notice_messages')
          .selectAll()
          .where('host', '=', host)
          .where('next_at', '<=', now)
          .orderBy('next_at')
          .orderBy('id')
          .limit(200)
          .execute(),
      );
      const firsts = [...Map.groupBy(rows, ({ channel }) => channel).values()].map(([row]) => row!);
      return Promise.all(
        firsts.map(async ({ id, channel, attempts, created_at }) => ({
          id,
          channel,
          attempts,
          created_at,
          notices: await noticesOf(id),
        })),
      );
    },
    mark: (id, change) =>
      connection.writeUnder([`notice_messages/${id}`], async (tx) => {
        const { status, attempts, error } = change;
        const when =
          change.status === 'waiting'
            ? { next_at: change.next_at }
            : { next_at: null, ended_at: change.at };
        await tx
          .updateTable('notice_messages')
          .set({ status, attempts, error, ...when })
          .where('id', '=', id)
          .where('status', '=', 'waiting')
          .execute();
      }),
    async find(id) {
      const row = await rowOf(id);
      return row === undefined ? null : toView(row);
    },
    async list({ status, channel, limit, cursor }) {
      const { shown, next_cursor } = await connection.read((db) => {
        let query = db.selectFrom('notice_messages').selectAll();
        if (status !== undefined) query = query.where('status', '=', status);
        if (channel !== undefined) query = query.where('channel', '=', channel);
        return newestPage(query, 'created_at', { limit, cursor });
      });
      return { messages: await Promise.all(shown.map(toView)), next_cursor };
    },
    async retry(id, now) {
      const changed = await connection.writeUnder([`notice_messages/${id}`], async (tx) => {
        const { numUpdatedRows } = await tx
          .updateTable('notice_messages')
          .set({ status: 'waiting', attempts: 0, next_at: now, ended_at: null, created_at: now })
          .where('id', '=', id)
          .where('status', '=', 'dead')
          .executeTakeFirst();
        return Number(numUpdatedRows);
      });
      if (changed === 0) return null;
      return toView((await rowOf(id))!);
    },
    post: (id, host, channel, notice, now) =>
      connection.writeUnder([`notice_messages/${id}`], async (tx) => {
        const row = { host, channel };
        await tx
          .insertInto('notice_messages')
          .values({
            id,
            ...row,
            status: 'waiting',
            attempts: 0,
            created_at: now,
            next_at: now,
            ended_at: null,
            error: null,
          })
          .execute();
        await tx
          .insertInto('notices')
          .values({
            id: `test/${id}`,
            ...row,
            severity: notice.severity,
            at: now,
            due_at: now,
            record: JSON.stringify(notice),
            message_id: id,
          })
          .execute();
      }),
    counts: () =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('notice_messages')
          .select(['host', 'channel', 'status'])
          .select(({ fn }) => [
            fn.countAll<number | string>().as('count'),
            fn.count<number | string>('error').as('failed'),
          ])
          .where('status', 'in', ['waiting', 'dead'])
          .groupBy(['host', 'channel', 'status'])
          .execute();
        const groups = Map.groupBy(rows, ({ host, channel }) => `${host}/${channel}`);
        return [...groups.values()].map((of) => {
          const { host, channel } = of[0]!;
          const row = (status: string) => of.find((one) => one.status === status);
          const count = (status: string) => Number(row(status)?.count ?? 0);
          const failing = Number(row('waiting')?.failed ?? 0) > 0;
          return { host, channel, waiting: count('waiting'), dead: count('dead'), failing };
        });
      }),
    newest: (host, since) =>
      connection.read(async (db) => {
        const rows = await db
          .selectFrom('notice_messages')
          .select('channel')
          .select(({ fn }) => fn.max('created_at').as('at'))
          .where('host', '=', host)
          .where('created_at', '>=', since)
          .where('status', '!=', 'expired')
          .groupBy('channel')
          .execute();
        return new Map(rows.map(({ channel, at }) => [channel, at]));
      }),
  };
}
