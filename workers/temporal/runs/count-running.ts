import type { Client } from '@temporalio/client';

/** Returns how many workflows have begun and have not ended. */
export const countRunning = (client: Client): (() => Promise<number>) => {
  return async () => (await client.workflow.count("ExecutionStatus = 'Running'")).count;
};
