import { WorkflowExecutionAlreadyStartedError } from '@temporalio/client';

/** Throws why a workflow could not be started, unless it runs already or has ended. */
export function unlessStarted(error: unknown): void {
  if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
}
