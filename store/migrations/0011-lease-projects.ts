import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** A lease names the Compose project that its containers are started in, which the file may change meanwhile. */
export const leaseProjects: Migration = {
  name: '0011-lease-projects',
  async up(db) {
    await sql.raw('alter table leases add column project text').execute(db);
  },
};
