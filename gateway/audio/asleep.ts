import { shubService } from '../../contracts/queues.ts';
import type { ReadModel } from '../reads/read-model.ts';
import { roleAsleep } from '../reads/role-asleep.ts';
import { awakeHosts } from '../reads/snapshot.ts';

/** What to do while shubniggurath sleeps on this host, which alone has its files; null while it is awake. */
export async function shubAsleep(
  model: Pick<ReadModel, 'snapshot'>,
  host: string,
  now: number,
): Promise<string | null> {
  const snapshot = await model.snapshot();
  if (awakeHosts(snapshot, shubService, now).includes(host)) return null;
  return roleAsleep(snapshot, shubService, host);
}
