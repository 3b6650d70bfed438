import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** Patches that are proposed are judged by their plans as well as those that are applied. */
export const patchesUnjudged: Migration = {
  name: '0030-patches-unjudged',
  async up(db) {
    await sql
      .raw(
        `create index patches_unjudged on patches (host) where status in ('proposed', 'applied')`,
      )
      .execute(db);
  },
};
