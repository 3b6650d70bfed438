import type { Client } from '@temporalio/client';
import type { AntRuns } from '../../../activities/incidents/deps.ts';
import type { AntResult } from '../../../contracts/incidents.ts';
import { lookStart } from '../../../workflows/incidents/start.ts';

/** Makes the calls of ants to Temporal, over the connection of this process. */
export const antRuns = (client: Client): AntRuns => ({
  runAnts: (input) => client.workflow.execute('runAnts', lookStart(input)) as Promise<AntResult[]>,
});
