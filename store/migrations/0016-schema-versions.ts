import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** Which version of VX11 applied each migration, so that an older one can say which it needs. */
export const schemaVersions: Migration = {
  name: '0016-schema-versions',
  async up(db) {
    await sql.raw('alter table migrations add column version text').execute(db);
  },
};
