import { log } from '@temporalio/workflow';
import type { AntResult } from '../../contracts/incidents.ts';
import { antsOn } from './proxies.ts';
import type { RunAnts } from './start.ts';

/**
 * One round of a host's ants. madre looks at what it sees itself, and hormiguero, if it is awake, at what is served over the
 * network; madre alone stores.
 */
export async function runAnts({ host, ...input }: RunAnts): Promise<AntResult[]> {
  const { madre, hormiguero } = antsOn(host);
  const { results, outside } = await madre.runAnts(input);
  if (outside === null) return results;
  const served = await hormiguero.servedCertificates(outside).catch((error: unknown) => {
    log.warn('hormiguero could not look', { error });
    return null;
  });
  const { correlation_id } = input;
  return [...results, ...(await madre.judgeOutside({ served, correlation_id }))];
}
