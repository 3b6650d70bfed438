import type { Generated } from 'kysely';
import type { IncidentTables } from './tables/incidents.ts';
import type { IneeTables } from './tables/inee.ts';
import type { ModelTables } from './tables/models.ts';
import type { NoticeTables } from './tables/notices.ts';
import type { RoutingTables } from './tables/routing.ts';
import type { WorkTables } from './tables/work.ts';

/** The tables as both databases hold them: instants in epoch ms, structures as JSON text. */
export interface Tables
  extends WorkTables, IncidentTables, IneeTables, ModelTables, NoticeTables, RoutingTables {
  windows: {
    id: string;
    host: string;
    kind: string;
    target: string | null;
    state: string;
    requested_at: number;
    deadline: number | null;
    closed_at: number | null;
    /** The principal of its owner; null where only the name is known. */
    owner_id: string | null;
    owner: string | null;
    view: string;
  };
  /** The services that a window was requested for or has started, so that a list can be filtered by them. */
  window_services: { service: string; requested_at: number; /** Of the window. */ id: string };
  leases: {
    window_id: string;
    host: string;
    service: string;
    /** Null on hold: no deadline. */
    deadline: number | null;
    /** 0 while the window still opens: nothing else starts its services. */
    is_open: number;
    created_at: number;
    project: string | null;
  };
  services: { host: string; name: string; observation: string; updated_at: number };
  catalogs: { host: string; catalog: string; read_at: number };
  events: {
    seq: number;
    at: number;
    type: string;
    actor: string;
    host: string | null;
    window_id: string | null;
    service: string | null;
    correlation_id: string | null;
    payload: string;
    prev_hash: string;
    hash: string;
  };
  tokens: {
    id: string;
    name: string;
    scope: string;
    secret_hash: string;
    created_at: number;
    expires_at: number | null;
    revoked_at: number | null;
    last_used_at: number | null;
    /** The token that replaces this one. */
    replaced_by: string | null;
    /** The first token in its chain of rotations. */
    principal: string | null;
    /** Where an agent's token is used, and by which person's agent; null for other scopes. */
    agent_host: string | null;
    agent_person: string | null;
    /** `in_client` if the agent's program may confirm plans in a form. */
    confirms: string | null;
    /** The name of who made it; null before that was recorded. */
    created_by: string | null;
  };
  /** Signed-in browsers. */
  web_sessions: {
    id: string;
    /** SHA-256 of its cookie. */
    cookie_hash: string;
    /** SHA-256 of its proof and of its token's hash: another token of the same id does not accept it. */
    proof_hash: string;
    token_id: string;
    created_at: number;
    last_used_at: number;
    /** Its own limit; its token may end sooner. */
    expires_at: number;
  };
  web_session_links: {
    /** SHA-256 of its code. */
    code_hash: string;
    /** SHA-256 of its code and of its token's hash. */
    bound_hash: string;
    token_id: string;
    created_at: number;
    expires_at: number;
    /** No session from this link lasts longer: the end of the session that made it; null if only the token limits it. */
    session_until: number | null;
    used_at: number | null;
  };
  idempotency: {
    key: string;
    principal: string;
    route: string;
    body_hash: string;
    status: number | null;
    answer: string | null;
    created_at: number;
    /** The claim of the process that answers it now; null if none does. */
    claim: string | null;
    attempt: string | null;
    /** When the claim runs out. */
    held_until: number | null;
    window_id: string | null;
  };
  intents_log: {
    seq: number;
    id: string;
    at: number;
    source: string;
    actor: string;
    session_id: string | null;
    correlation_id: string;
    payload: string;
    prev_hash: string;
    hash: string;
  };
  plans: {
    id: string;
    status: string;
    correlation_id: string;
    created_at: number;
    /** 1 once its run has started, or if it needs none. */
    started: number;
    /** The hash of its confirm token. */
    confirm_hash: string | null;
    /** Finds the plan by its confirm token. */
    lookup_hash: string | null;
    /** The principal that asked; null where only the name is known. */
    actor_id: string | null;
    actor: string | null;
    risk: string | null;
    source: string | null;
    /** Principals that confirmed, in order, as a JSON list; null where only the name is known. */
    approver_ids: string | null;
    /** The hash of what an agent asked for; null for other plans. */
    content_hash: string | null;
    intent_id: string | null;
    /** Without its steps. */
    view: string;
  };
  plan_steps: { plan_id: string; nth: number; status: string; record: string };
  sessions: {
    /** A principal, or `name:` and a name where no principal is known. */
    owner: string;
    /** The name of the token that had the last turn; null before that was recorded. */
    owner_name: string | null;
    id: string;
    mode: string;
    topic: string;
    summary: string;
    turns: number;
    created_at: number;
    updated_at: number;
  };
  session_turns: {
    owner: string;
    session_id: string;
    seq: number;
    at: number;
    actor: string;
    message: string;
    response: string;
    status: string;
    intent_id: string | null;
    plan_id: string | null;
  };
  operator_settings: { owner: string; key: string; value_json: string; updated_at: number };
  madre_actions: {
    id: string;
    at: number;
    module: string;
    action: string;
    outcome: string;
    reason: string | null;
    plan_id: string;
  };
  host_leases: {
    host: string;
    holder: string;
    at: number;
    contender: string | null;
    contended_at: number | null;
  };
  presence: { process: string; host: string; at: number; detail: string };
  /** The last removed row of each chain, after which the rest begins. */
  chain_anchors: { name: string; seq: number; hash: string; at: number };
  chain_heads: { name: string; seq: number; hash: string };
  llm_calls: {
    at: number;
    purpose: string;
    /** The account whose budget paid for it. */
    account: string;
    provider: string;
    model: string;
    outcome: string;
    attempts: number;
    tokens_in: number;
    tokens_out: number;
    cost_usd: number | null;
    latency_ms: number;
    correlation_id: string;
    prompt_hash: string;
  };
  autonomy: {
    id: number;
    running: number;
    /** The host of madre; null before madre has connected to Temporal for the first time. */
    host: string | null;
    interval_seconds: number;
    started_at: number | null;
    started_by: string | null;
    stopped_at: number | null;
    stopped_by: string | null;
    rounds: number;
    last_round_at: number | null;
    last_change_at: number | null;
    last_hash: string | null;
  };
  ia_decisions: {
    decision_id: string;
    at: number;
    key: string;
    action: string;
    by: string;
    plan_id: string | null;
    plan_status: string | null;
    effect: string | null;
    effect_at: number | null;
    correlation_id: string;
    decision_json: string;
  };
  module_health: {
    host: string;
    name: string;
    health: string;
    reason: string | null;
    since: number;
  };
  rails_lanes: {
    lane_id: string;
    domain: string;
    intent_type: string;
    owner_module: string;
    escalation: string;
    constraints_json: string;
    invariants_json: string;
    map_version: number;
    updated_at: number;
    updated_by: string;
  };
  rails_events: {
    seq: number;
    at: number;
    what: string;
    lane_id: string | null;
    intent_id: string | null;
    correlation_id: string;
    result_json: string;
  };
  rails_intents: {
    intent_id: string;
    at: number;
    source: string;
    type: string;
    domain: string;
    intent_type: string;
    urgency: string;
    payload_json: string;
    lane_id: string | null;
    /** waiting, recorded, missed, taken, done, failed or refused. */
    status: string;
    decision_id: string | null;
    correlation_id: string;
    intent_log_id: number;
  };
  reports: {
    report_id: string;
    at: number;
    kind: string;
    subject: string;
    status: string;
    correlation_id: string;
    report_json: string;
  };
  /** Counts the changes of what processes cache, in several rows per topic. */
  revisions: { topic: string; shard: number; n: number };
  migrations: {
    name: string;
    at: Generated<number>;
    /** The version of VX11 that applied it; null for versions that did not record it. */
    version: string | null;
  };
}
