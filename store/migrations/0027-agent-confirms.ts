import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** Tokens of agents whose programs may confirm plans in a form. */
export const agentConfirms: Migration = {
  name: '0027-agent-confirms',
  async up(db) {
    await sql`alter table tokens add column confirms text`.execute(db);
  },
};
