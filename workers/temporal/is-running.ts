import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import { callMs, within } from './within.ts';

/** Does this workflow run? Throws where Temporal does not say within 3 s. */
export async function isRunning(client: Client, workflowId: string): Promise<boolean> {
  try {
    const asked = () => client.workflow.getHandle(workflowId).describe();
    const { status } = await within(client, callMs, asked);
    return status.name === 'RUNNING' || status.name === 'CONTINUED_AS_NEW';
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
