import type { Client } from '@temporalio/client';

/** How long Temporal may take over a call that waits for no workflow. */
export const callMs = 3000;

/** Makes a call that has to be answered within `limitMs`; throws where it is not. */
export const within = <T>(client: Client, limitMs: number, call: () => Promise<T>): Promise<T> =>
  client.connection.withDeadline(Date.now() + limitMs, call);
