/** The tables of routing. Records are JSON. */
export interface RoutingTables {
  routing_decisions: {
    id: string;
    at: number;
    owner_id: string;
    correlation_id: string;
    target: string | null;
    /** Null while it runs. */
    ok: number | null;
    record: string;
  };
  routing_state: { name: string; at: number; record: string };
  routing_limits: { scope: string; provider: string; at: number; record: string };
  routing_spend: {
    account: string;
    /** UTC, such as `2026-11-29`. */
    day: string;
    reserved_usd: number;
    spent_usd: number;
    tokens: number;
    requests: number;
  };
  routing_feedback: {
    decision_id: string;
    at: number;
    owner_id: string;
    score: number;
    note: string | null;
    applied: number;
  };
}
