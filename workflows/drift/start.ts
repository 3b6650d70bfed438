import type { DriftAudit } from '../../contracts/drift.ts';
import { auditWorkflowId } from '../../contracts/ids.ts';
import { workflowQueue } from '../../contracts/queues.ts';
import { searchAttributes } from '../search-attributes.ts';

/** Input of `auditDrift`. */
export interface AuditDrift {
  audit_id: string;
  host: string;
}

/** The start options of an audit for any caller: a start joins a running one, and never restarts an ended one. */
export const auditStart = (audit: DriftAudit) => ({
  workflowId: auditWorkflowId(audit.audit_id),
  workflowIdConflictPolicy: 'USE_EXISTING' as const,
  workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
  taskQueue: workflowQueue,
  workflowTaskTimeout: '2s' as const,
  args: [{ audit_id: audit.audit_id, host: audit.host }] as [AuditDrift],
  memo: { owner: audit.owner, correlation_id: audit.correlation_id },
  staticSummary: `drift of ${audit.host}`,
  typedSearchAttributes: [
    { key: searchAttributes.owner, value: audit.owner },
    { key: searchAttributes.host, value: audit.host },
    { key: searchAttributes.state, value: audit.status },
  ],
});
