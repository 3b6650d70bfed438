import type { Generated } from 'kysely';

/** The tables as both databases hold them: instants in epoch ms, structures as JSON text. */
export interface Tables {
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
    view: string;
  };
  leases: {
    window_id: string;
    host: string;
    service: string;
    /** Null on hold: no deadline. */
    deadline: number | null;
    /** 0 while the window still opens: its services are started by nobody else. */
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
    /** The token that was made in its place. */
    replaced_by: string | null;
    /** The first token of those that replaced each other. */
    principal: string | null;
  };
  idempotency: {
    key: string;
    principal: string;
    route: string;
    body_hash: string;
    status: number | null;
    answer: string | null;
    created_at: number;
    /** Of whoever answers it now; null where nobody does. */
    claim: string | null;
    attempt: string | null;
    /** When the claim runs out. */
    held_until: number | null;
    window_id: string | null;
  };
  spawns: {
    id: string;
    uuid: string;
    state: string;
    parent_id: string | null;
    user_id: string;
    created_at: number;
    expires_at: number;
    finished_at: number | null;
    /** Why it is to end, while it has not. */
    ending: string | null;
    ending_by: string | null;
    ending_at: number | null;
    /** The host that is yet to call back whoever asked to be told of its end; null where nobody is. */
    calls_back: string | null;
    /** The principal of its owner; null where only the name is known. */
    owner_id: string | null;
    view: string;
    /** Null once it has ended: code, environment and files are kept no longer than they are needed. */
    spec: string | null;
  };
  spawn_attempts: { spawn_id: string; attempt: number; record: string };
  spawn_output: {
    spawn_id: string;
    attempt: number;
    seq: number;
    stream: string;
    at: number;
    /** Place of its first byte in the stream. */
    start: number;
    bytes: Uint8Array;
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
    /** 1 once its run was started, or needs none. */
    started: number;
    /** What is kept of its confirm token. */
    confirm_hash: string | null;
    /** Finds the plan by its confirm token. */
    lookup_hash: string | null;
    /** The principal that asked; null where only the name is known. */
    actor_id: string | null;
    /** Principals that confirmed, in their order, with null where only the name is known: a list in JSON. */
    approver_ids: string | null;
    intent_id: string | null;
    /** Without its steps. */
    view: string;
  };
  plan_steps: { plan_id: string; nth: number; status: string; record: string };
  sessions: {
    owner: string;
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
  /** Where each chain begins since its oldest rows were removed. */
  chain_anchors: { name: string; seq: number; hash: string; at: number };
  chain_heads: { name: string; seq: number; hash: string };
  llm_calls: {
    at: number;
    purpose: string;
    /** Whose budget paid for it. */
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
    /** Where madre is; null before she has met Temporal for the first time. */
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
  /** How often what processes keep in memory was changed, in several rows a topic. */
  revisions: { topic: string; shard: number; n: number };
  migrations: {
    name: string;
    at: Generated<number>;
    /** Of the program that applied it; null where that kept none. */
    version: string | null;
  };
}
