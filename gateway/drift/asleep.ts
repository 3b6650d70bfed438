import { manifestatorService } from '../../contracts/queues.ts';
import { roleAsleep } from '../reads/role-asleep.ts';
import { awakeHosts, type Snapshot } from '../reads/snapshot.ts';

/** A host on which manifestator is awake, or a hint that shows how to open it. @param named the only host that counts */
export function awakeManifestator(
  snapshot: Snapshot,
  now: number,
  named?: string,
): { host: string } | { hint: string } {
  const awake = awakeHosts(snapshot, manifestatorService, now);
  const host = awake.find((one) => named === undefined || one === named);
  if (host !== undefined) return { host };
  return { hint: roleAsleep(snapshot, manifestatorService, named) };
}
