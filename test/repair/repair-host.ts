import { onTestFinished } from 'vitest';
import { openRepairHost, type HostFile, type RepairHost } from './open-repair-host.ts';

export { engineResidue, type RepairHost } from './open-repair-host.ts';

/** As `openRepairHost`; the host is closed when the test has finished. */
export async function startRepairHost(files: Record<string, HostFile>): Promise<RepairHost> {
  const host = await openRepairHost(files);
  onTestFinished(() => host.close());
  return host;
}
