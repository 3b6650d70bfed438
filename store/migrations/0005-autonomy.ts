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
  // one row: whether the loop should run, and what its last round observed
  `create table autonomy (
    id integer primary key, running integer not null, host text, interval_seconds integer not null, started_at bigint,
    started_by text, stopped_at bigint, stopped_by text, rounds integer not null, last_round_at bigint,
    last_change_at bigint, last_hash text)`,
  `insert into autonomy (id, running, interval_seconds, rounds) values (1, 0, 30, 0)`,
  `create table ia_decisions (
    decision_id text primary key, at bigint not null, key text not null, action text not null, by text not null,
    plan_id text, plan_status text, effect text, effect_at bigint, correlation_id text not null,
    decision_json text not null)`,
  `create index ia_decisions_at on ia_decisions (at desc)`,
  // the health of each module, and since when
  `create table module_health (
    host text not null, name text not null, health text not null, reason text, since bigint not null,
    primary key (host, name))`,
  `create table rails_lanes (
    lane_id text primary key, domain text not null, intent_type text not null, owner_module text not null,
    escalation text not null, constraints_json text not null, invariants_json text not null,
    map_version integer not null, updated_at bigint not null, updated_by text not null,
    unique (domain, intent_type))`,
  `create table rails_events (
    seq bigint primary key, at bigint not null, what text not null, lane_id text, intent_id text,
    correlation_id text not null, result_json text not null)`,
  `create table rails_intents (
    intent_id text primary key, at bigint not null, source text not null, type text not null, domain text not null,
    intent_type text not null, urgency text not null, payload_json text not null, lane_id text, status text not null,
    decision_id text, correlation_id text not null, intent_log_id bigint not null)`,
  `create index rails_intents_status on rails_intents (status, at)`,
  `create table reports (
    report_id text primary key, at bigint not null, kind text not null, subject text not null, status text not null,
    correlation_id text not null, report_json text not null, unique (kind, subject))`,
];

/** The lanes of a new installation: domain, intent type, owner, escalation, invariants. */
const firstLanes = [
  ['execution', 'stabilize_cpu', 'madre', 'propose', 'only madre acts'],
  ['structure', 'fs_drift', 'manifestator', 'propose', 'a plan only, never applied'],
  ['communication', 'notify', 'switch', 'propose', ''],
  ['db', 'db_sanity', 'madre', 'propose', 'read only'],
  ['security', 'audit', 'madre', 'record', 'a person decides'],
  ['audio', 'shub_task', 'shubniggurath', 'propose', ''],
] as const;

/** Chain anchors, costs of language models, the loop's decisions and the rails of intents. */
export const autonomy: Migration = {
  name: '0005-autonomy',
  async up(db, kind) {
    for (const statement of [...tables, ...appendOnly('events', kind)])
      await sql.raw(statement).execute(db);
    await db.insertInto('rails_lanes').values(firstLanes.map(laneRow)).execute();
  },
};

const laneRow = ([
  domain,
  intent_type,
  owner_module,
  rule,
  invariant,
]: (typeof firstLanes)[number]) => ({
  lane_id: intent_type,
  domain,
  intent_type,
  owner_module,
  escalation: rule,
  constraints_json: '{}',
  invariants_json: JSON.stringify(invariant === '' ? [] : [invariant]),
  map_version: 1,
  updated_at: 0,
  updated_by: 'vx11',
});
