import type { ProgramScan } from '../../contracts/programs.ts';
import { scanWorkflowId } from '../../contracts/ids.ts';
import { workflowQueue } from '../../contracts/queues.ts';
import { searchAttributes } from '../search-attributes.ts';

/** Input of `discoverPrograms`. */
export interface DiscoverPrograms {
  scan_id: string;
  host: string;
}

/** The start options of a scan for any caller: a start joins a running one, and never restarts an ended one. */
export const scanStart = (scan: ProgramScan) => ({
  workflowId: scanWorkflowId(scan.scan_id),
  workflowIdConflictPolicy: 'USE_EXISTING' as const,
  workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
  taskQueue: workflowQueue,
  workflowTaskTimeout: '2s' as const,
  args: [{ scan_id: scan.scan_id, host: scan.host }] as [DiscoverPrograms],
  memo: { owner: scan.owner, correlation_id: scan.correlation_id },
  staticSummary: `programs of ${scan.host}`,
  typedSearchAttributes: [
    { key: searchAttributes.owner, value: scan.owner },
    { key: searchAttributes.host, value: scan.host },
    { key: searchAttributes.state, value: scan.status },
  ],
});
