import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** The version of VX11 that applied each migration, so that an older version can name the one it needs. */
export const schemaVersions: Migration = {
  name: '0016-schema-versions',
  async up(db) {
    await sql.raw('alter table migrations add column version text').execute(db);
  },
};
