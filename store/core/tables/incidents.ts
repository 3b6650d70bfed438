/** The tables of incidents and of the ants that find them. Structures are JSON. */
export interface IncidentTables {
  incidents: {
    id: string;
    host: string;
    fingerprint: string;
    kind: string;
    service: string | null;
    severity: string;
    status: string;
    opened_at: number;
    closed_at: number | null;
    view: string;
  };
  ant_memories: { host: string; fingerprint: string; ant: string; memory: string };
  ant_states: { host: string; ant: string; state: string };
}
