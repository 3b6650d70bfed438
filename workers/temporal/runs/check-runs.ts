import type { Client } from '@temporalio/client';
import type { CheckRuns } from '../../../activities/checks/deps.ts';
import type { PlanRuns } from '../../../activities/plans/ports.ts';
import type { CheckRunView } from '../../../contracts/checks.ts';
import { checksWorkflowId } from '../../../contracts/ids.ts';
import { checksStart } from '../../../workflows/checks/start.ts';
import { cancelChecks, type RunChecks } from '../../../workflows/checks/messages.ts';
import { isRunning } from '../is-running.ts';
import { signalRunning } from '../signal-running.ts';
import { unlessStarted } from '../unless-started.ts';
import { callMs, within } from '../within.ts';

type RunChecksType = (input: RunChecks) => Promise<CheckRunView>;

/** Makes the calls of checks to Temporal, over the connection of this process. */
export const checkRuns = (client: Client, windows: PlanRuns): CheckRuns => ({
  openWindow: (...call) => windows.openWindow(...call),
  closeWindow: (...call) => windows.closeWindow(...call),
  async startChecks(run) {
    const start = () => client.workflow.start<RunChecksType>('runChecks', checksStart(run));
    await within(client, callMs, start).catch(unlessStarted);
  },
  cancelChecks: (runId, by) => signalRunning(client, checksWorkflowId(runId), cancelChecks, by),
  checksRun: (runId) => isRunning(client, checksWorkflowId(runId)),
});
