/** The tables of drift: audits, and what the newest of each host found. */
export interface DriftTables {
  drift_audits: {
    id: string;
    host: string;
    /** The principal of its owner; null where only the name is known. */
    owner_id: string | null;
    status: string;
    created_at: number;
    finished_at: number | null;
    view: string;
  };
  drift_findings: {
    host: string;
    fingerprint: string;
    /** Empty for the stack as a whole. */
    service: string;
    kind: string;
    state: string;
    record: string;
  };
}
