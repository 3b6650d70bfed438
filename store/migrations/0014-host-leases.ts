import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** One process at a time has the power over a host; another one that asks for it is noted beside it. */
export const hostLeases: Migration = {
  name: '0014-host-leases',
  async up(db) {
    await sql
      .raw(
        `create table host_leases (host text primary key, holder text not null, at bigint not null,
          contender text, contended_at bigint)`,
      )
      .execute(db);
  },
};
