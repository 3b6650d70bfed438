import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** Jobs of shubniggurath, and what they reported. */
export const audio: Migration = {
  name: '0041-audio',
  async up(db) {
    const statements = [
      `create table audio_jobs (
        id text primary key, host text not null, owner_id text, status text not null,
        created_at bigint not null, finished_at bigint, view text not null)`,
      'create index audio_jobs_newest on audio_jobs (created_at desc, id desc)',
      'create index audio_jobs_host on audio_jobs (host, created_at desc, id desc)',
      'create index audio_jobs_live on audio_jobs (created_at) where finished_at is null',
      'create index audio_jobs_ended on audio_jobs (finished_at) where finished_at is not null',
      'create table audio_reports (job_id text primary key, report text not null)',
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
