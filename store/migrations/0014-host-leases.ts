import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** The lease of the one process that controls a host, with the last contender. */
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
