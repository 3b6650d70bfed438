import type { Client } from '@temporalio/client';
import type { ScanRuns } from '../../../activities/programs/deps.ts';
import { scanWorkflowId } from '../../../contracts/ids.ts';
import { scanStart } from '../../../workflows/programs/start.ts';
import { isRunning } from '../is-running.ts';
import { unlessStarted } from '../unless-started.ts';
import { callMs, within } from '../within.ts';

/** Makes the calls of scans to Temporal, over the connection of this process. */
export const scanRuns = (client: Client): ScanRuns => ({
  async startScan(scan) {
    const start = () => client.workflow.start('discoverPrograms', scanStart(scan));
    await within(client, callMs, start).catch(unlessStarted);
  },
  scanRun: (scanId) => isRunning(client, scanWorkflowId(scanId)),
});
