import type { Client } from '@temporalio/client';
import { isRunning } from '../is-running.ts';

/** A workflow that never was. */
const nobody = 'vx11:nobody';

/** Asks Temporal for something that its database alone knows. Throws if it does not answer within 3 s, or cannot. */
export const answers = (client: Client) => async (): Promise<void> => {
  await isRunning(client, nobody);
};
