import { sql } from 'kysely';
import type { Migration } from './index.ts';

/** Tokens of agents, and what an agent asked for, so that it is not asked for twice. */
export const agents: Migration = {
  name: '0023-agents',
  async up(db) {
    for (const statement of [
      'alter table tokens add column agent_host text',
      'alter table tokens add column agent_person text',
      'alter table plans add column content_hash text',
      'create index plans_asked on plans (actor_id, content_hash) where content_hash is not null',
    ]) {
      await sql.raw(statement).execute(db);
    }
  },
};
