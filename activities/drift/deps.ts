import type { DriftAudit } from '../../contracts/drift.ts';
import type { PowerHost } from '../power/host/host.ts';

/** The calls to Temporal about an audit. */
export interface AuditRuns {
  /** Starts the audit's workflow, unless it was started already. */
  startAudit(audit: DriftAudit): Promise<void>;
  /** Returns whether the audit's workflow is still running. */
  auditRun(auditId: string): Promise<boolean>;
}

export interface DriftDeps {
  power: PowerHost;
  /** Makes of a value a text that shows only whether two values are equal. */
  seal: (value: string) => string;
  /** Throws `temporal_unavailable` while Temporal is unavailable. */
  runs: () => AuditRuns;
  metrics: DriftMetrics;
}

export interface DriftMetrics {
  /** Counts an audit that ended. */
  ended(status: string): void;
  /** How many findings of each state a host has. */
  found(host: string, counts: DriftAudit['found']): void;
}
