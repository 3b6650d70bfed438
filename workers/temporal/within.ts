import type { Client } from '@temporalio/client';

/** Timeout of a call to Temporal that waits for no workflow. */
export const callMs = 3000;

/** Makes a call with a deadline of `limitMs`; throws if it is not answered in time. */
export const within = <T>(client: Client, limitMs: number, call: () => Promise<T>): Promise<T> =>
  client.connection.withDeadline(Date.now() + limitMs, call);
