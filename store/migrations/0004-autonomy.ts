import { sql } from 'kysely';
import type { Migration } from './index.ts';

const tables = [
  `create table llm_calls (
    at bigint not null, purpose text not null, account text not null, provider text not null, model text not null,
    outcome text not null, attempts integer not null, tokens_in integer not null, tokens_out integer not null,
    cost_usd double precision, latency_ms integer not null, correlation_id text not null, prompt_hash text not null)`,
  `create index llm_calls_at on llm_calls (at)`,
];

/** What language models were asked and cost. */
export const autonomy: Migration = {
  name: '0004-autonomy',
  async up(db) {
    for (const statement of tables) await sql.raw(statement).execute(db);
  },
};
