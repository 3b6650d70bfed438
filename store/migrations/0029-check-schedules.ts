import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** The Schedules of checks that Temporal was given, so that those which leave the compose file are found again. */
export const checkSchedules: Migration = {
  name: '0029-check-schedules',
  async up(db) {
    await sql
      .raw(
        `create table check_schedules (
          host text not null, name text not null, spec text not null, paused integer not null, note text,
          next_at text not null, skipped integer not null, missed integer not null, lost integer not null,
          last_run_id text, last_fired_at bigint, primary key (host, name))`,
      )
      .execute(db);
  },
};
