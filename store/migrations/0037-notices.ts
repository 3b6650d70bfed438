import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** The outbox of notices: what each channel gets, and the messages that carry it. */
export const notices: Migration = {
  name: '0037-notices',
  async up(db) {
    const statements = [
      'create table notice_cursors (host text primary key, seq bigint not null)',
      `create table notices (
        id text primary key, host text not null, channel text not null, severity text not null,
        at bigint not null, due_at bigint not null, record text not null, message_id text)`,
      'create index notices_pending on notices (host, channel, due_at) where message_id is null',
      'create index notices_message on notices (message_id) where message_id is not null',
      'create index notices_at on notices (at)',
      `create table notice_messages (
        id text primary key, host text not null, channel text not null, status text not null,
        attempts integer not null, created_at bigint not null, next_at bigint, ended_at bigint, error text)`,
      'create index notice_messages_due on notice_messages (host, next_at) where next_at is not null',
      'create index notice_messages_status on notice_messages (status, host, channel)',
      'create index notice_messages_newest on notice_messages (created_at desc, id desc)',
      'create index notice_messages_ended on notice_messages (ended_at)',
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
