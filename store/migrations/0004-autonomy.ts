import { sql } from 'kysely';
import { appendOnly } from './append-only.ts';
import type { Migration } from './index.ts';

const tables = [
  `create table chain_anchors (name text primary key, seq bigint not null, hash text not null, at bigint not null)`,
  `create table llm_calls (
    at bigint not null, purpose text not null, account text not null, provider text not null, model text not null,
    outcome text not null, attempts integer not null, tokens_in integer not null, tokens_out integer not null,
    cost_usd double precision, latency_ms integer not null, correlation_id text not null, prompt_hash text not null)`,
  `create index llm_calls_at on llm_calls (at)`,
];

/** Chains whose oldest rows may go, and what language models were asked and cost. */
export const autonomy: Migration = {
  name: '0004-autonomy',
  async up(db, kind) {
    for (const statement of [...tables, ...appendOnly('events', kind)])
      await sql.raw(statement).execute(db);
  },
};
