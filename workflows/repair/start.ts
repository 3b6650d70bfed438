import type { RepairView } from '../../contracts/repair.ts';
import { repairWorkflowId } from '../../contracts/ids.ts';
import { workflowQueue } from '../../contracts/queues.ts';
import type { Repair } from './messages.ts';
import { searchAttributes } from '../search-attributes.ts';

/** The start options of a repair for any caller: a start joins a running one, and never restarts an ended one. */
export const repairStart = (repair: RepairView) => ({
  workflowId: repairWorkflowId(repair.repair_id),
  workflowIdConflictPolicy: 'USE_EXISTING' as const,
  workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
  taskQueue: workflowQueue,
  workflowTaskTimeout: '2s' as const,
  args: [{ repair_id: repair.repair_id, host: repair.host }] as [Repair],
  memo: { reason: repair.reason, owner: repair.owner, correlation_id: repair.correlation_id },
  staticSummary: `repair ${repair.suite}`,
  typedSearchAttributes: [
    { key: searchAttributes.owner, value: repair.owner },
    { key: searchAttributes.host, value: repair.host },
    { key: searchAttributes.state, value: repair.status },
  ],
});
