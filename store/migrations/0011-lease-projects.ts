import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** The Compose project of a lease's containers, since the compose file may change its name during the window. */
export const leaseProjects: Migration = {
  name: '0011-lease-projects',
  async up(db) {
    await sql.raw('alter table leases add column project text').execute(db);
  },
};
