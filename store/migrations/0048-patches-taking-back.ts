import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** A patch that is being taken back has no end yet either. */
export const patchesTakingBack: Migration = {
  name: '0048-patches-taking-back',
  async up(db) {
    const open = `status in ('proposed', 'applied', 'taking_back')`;
    await sql.raw('drop index patches_unjudged').execute(db);
    await sql.raw(`create index patches_unjudged on patches (host) where ${open}`).execute(db);
  },
};
