import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** Batches of audio jobs. */
export const audioBatches: Migration = {
  name: '0042-audio-batches',
  async up(db) {
    const statements = [
      `create table audio_batches (
        id text primary key, host text not null, owner_id text, status text not null,
        created_at bigint not null, finished_at bigint, view text not null)`,
      'create index audio_batches_newest on audio_batches (created_at desc, id desc)',
      'create index audio_batches_live on audio_batches (created_at) where finished_at is null',
      'create index audio_batches_ended on audio_batches (finished_at) where finished_at is not null',
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
