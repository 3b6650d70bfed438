import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** Windows that open by themselves, and what became of each of their times. */
export const windowSchedules: Migration = {
  name: '0038-window-schedules',
  async up(db) {
    const statements = [
      `create table window_schedules (
        host text not null, name text not null, source text not null, spec text not null, paused integer not null,
        note text, decided_until bigint not null, signalled text not null, owner text not null, owner_id text,
        created_at bigint not null, primary key (host, name))`,
      `create table window_occurrences (
        host text not null, name text not null, slot text not null, at bigint not null, outcome text not null,
        window_id text, detail text, decided_at bigint not null, primary key (host, name, slot))`,
      'create index window_occurrences_newest on window_occurrences (host, name, at desc)',
      'create index window_occurrences_at on window_occurrences (decided_at)',
    ];
    for (const statement of statements) await sql.raw(statement).execute(db);
  },
};
