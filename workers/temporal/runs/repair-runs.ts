import {
  WorkflowExecutionAlreadyStartedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import type { RepairRuns } from '../../../activities/repair/deps.ts';
import type { RepairView } from '../../../contracts/repair.ts';
import { planWorkflowId, repairWorkflowId } from '../../../contracts/ids.ts';
import { cancelPlan } from '../../../workflows/plan-messages.ts';
import { cancelRepair, type Repair } from '../../../workflows/repair/messages.ts';
import { repairStart } from '../../../workflows/repair/start.ts';
import { isRunning } from '../is-running.ts';
import { callMs, within } from '../within.ts';

type RepairType = (input: Repair) => Promise<RepairView>;

/** A plan that ends takes back what it did; that may take as long as a restart. */
const cancelMs = 170_000;

/** Makes the calls of repairs to Temporal, over the connection of this process. */
export const repairRuns = (client: Client): RepairRuns => ({
  async startRepair(repair) {
    const start = () => client.workflow.start<RepairType>('repair', repairStart(repair));
    await within(client, callMs, start).catch((error: unknown) => {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    });
  },
  async cancelRepair(repairId, by) {
    const handle = client.workflow.getHandle(repairWorkflowId(repairId));
    try {
      await within(client, callMs, () => handle.signal(cancelRepair, by));
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  },
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
