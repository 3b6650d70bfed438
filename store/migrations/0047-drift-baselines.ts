import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** What was there when nobody had changed it yet, for differences that no file declares. */
export const driftBaselines: Migration = {
  name: '0047-drift-baselines',
  async up(db) {
    await sql`create table drift_baselines (
      host text not null, subject text not null, record text not null, at bigint not null,
      primary key (host, subject))`.execute(db);
  },
};
