/** The tables of INEE. No other table refers to them, and they refer to none. */
export interface IneeTables {
  hormiguero_inee_colonies: {
    colony_id: string;
    remote_url: string | null;
    /** Its stage and its last heartbeats, as JSON. */
    life: string;
    heartbeats: number;
    intents: number;
    registered_at: number;
    registered_by: string;
  };
  hormiguero_inee_agents: {
    colony_id: string;
    agent_id: string;
    agent_type: string;
    registered_at: number;
  };
  hormiguero_inee_nonces: { colony_id: string; nonce: string; at: number };
  hormiguero_inee_audit_events: {
    seq: number;
    at: number;
    what: string;
    colony_id: string;
    actor: string;
    correlation_id: string;
    detail: string;
  };
}
