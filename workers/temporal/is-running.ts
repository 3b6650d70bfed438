import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { callMs, within } from './within.ts';

/** Returns whether a workflow runs. Throws if Temporal does not answer within 3 s. */
export async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    const describe = () => client.workflow.getHandle(workflowId).describe();
    const { status } = await within(client, callMs, describe);
    return status.name === 'RUNNING' || status.name === 'CONTINUED_AS_NEW';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
