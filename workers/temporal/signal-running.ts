import { WorkflowNotFoundError, type Client } from '@temporalio/client';
import type { SignalDefinition } from '@temporalio/workflow';
import { callMs, within } from './within.ts';

/** Signals a workflow. Returns whether it runs; throws if Temporal does not answer within 3 s. */
export async function signalRunning<Args extends unknown[]>(
  client: Client,
  workflowId: string,
  signal: SignalDefinition<Args>,
  ...args: Args
): Promise<boolean> {
  const handle = client.workflow.getHandle(workflowId);
  try {
    await within(client, callMs, () => handle.signal(signal, ...args));
    return true;
  } catch (error) {
    if (error instanceof WorkflowNotFoundError) return false;
    throw error;
  }
}
