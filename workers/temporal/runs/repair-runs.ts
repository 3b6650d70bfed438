import { WorkflowNotFoundError, WorkflowUpdateFailedError, type Client } from '@temporalio/client';
import type { RepairRuns } from '../../../activities/repair/deps.ts';
import type { RepairView } from '../../../contracts/repair.ts';
import { planWorkflowId, repairWorkflowId } from '../../../contracts/ids.ts';
import { cancelPlan } from '../../../workflows/plan-messages.ts';
import { cancelRepair, type Repair } from '../../../workflows/repair/messages.ts';
import { repairStart } from '../../../workflows/repair/start.ts';
import { isRunning } from '../is-running.ts';
import { signalRunning } from '../signal-running.ts';
import { unlessStarted } from '../unless-started.ts';
import { callMs, within } from '../within.ts';

type RepairType = (input: Repair) => Promise<RepairView>;

/** A plan that ends takes back what it did; that may take as long as a restart. */
const cancelMs = 170_000;

/** Makes the calls of repairs to Temporal, over the connection of this process. */
export const repairRuns = (client: Client): RepairRuns => ({
  async startRepair(repair) {
    const start = () => client.workflow.start<RepairType>('repair', repairStart(repair));
    await within(client, callMs, start).catch(unlessStarted);
  },
  cancelRepair: (repairId, by) =>
    signalRunning(client, repairWorkflowId(repairId), cancelRepair, by),
  repairRuns: (repairId) => isRunning(client, repairWorkflowId(repairId)),
  async cancelPlan(planId, by) {
    const handle = client.workflow.getHandle(planWorkflowId(planId));
    try {
      await within(client, cancelMs, () => handle.executeUpdate(cancelPlan, { args: [by] }));
    } catch (error) {
      const hasEnded =
        error instanceof WorkflowNotFoundError || error instanceof WorkflowUpdateFailedError;
      if (!hasEnded) throw error;
    }
  },
});
