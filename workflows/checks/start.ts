import type { CheckRunView } from '../../contracts/checks.ts';
import { checksWorkflowId } from '../../contracts/ids.ts';
import { workflowQueue } from '../../contracts/queues.ts';
import type { RunChecks } from './messages.ts';
import { searchAttributes } from '../search-attributes.ts';

/**
 * The start options of a run's workflow for any caller: a start joins a running one, and never restarts an ended one.
 */
export const checksStart = (run: CheckRunView) => ({
  workflowId: checksWorkflowId(run.run_id),
  workflowIdConflictPolicy: 'USE_EXISTING' as const,
  workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
  taskQueue: workflowQueue,
  workflowTaskTimeout: '2s' as const,
  args: [{ run_id: run.run_id, host: run.host }] as [RunChecks],
  memo: { reason: run.reason, owner: run.owner, correlation_id: run.correlation_id },
  staticSummary: `checks ${run.suite}`,
  typedSearchAttributes: [
    { key: searchAttributes.owner, value: run.owner },
    { key: searchAttributes.host, value: run.host },
    { key: searchAttributes.state, value: run.status },
  ],
});
