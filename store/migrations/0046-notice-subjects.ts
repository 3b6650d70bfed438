import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** What a notice is about, so that its end is sent where its beginning was. Older notices have none. */
export const noticeSubjects: Migration = {
  name: '0046-notice-subjects',
  async up(db) {
    await sql`alter table notices add column subject text`.execute(db);
    await sql`create index notices_subject on notices (subject, channel, at)`.execute(db);
  },
};
