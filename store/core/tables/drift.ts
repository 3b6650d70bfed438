import type { RunRow } from './run-row.ts';

/** The tables of drift: audits, what the newest of each host found, and what differences are held against. */
export interface DriftTables {
  drift_audits: RunRow;
  drift_findings: {
    host: string;
    fingerprint: string;
    /** Empty for the stack as a whole. */
    service: string;
    kind: string;
    state: string;
    record: string;
  };
  drift_baselines: {
    host: string;
    subject: string;
    record: string;
    at: number;
  };
}
