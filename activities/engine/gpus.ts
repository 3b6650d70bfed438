import { readdir } from 'node:fs/promises';

/** What the Engine may say of devices: by the Container Device Interface, or as Swarm's generic resources. */
export interface GpuInfo {
  DiscoveredDevices?: { Source?: string; ID?: string }[] | null;
  GenericResources?:
    | {
        DiscreteResourceSpec?: { Kind?: string; Value?: number };
        NamedResourceSpec?: { Kind?: string; Value?: string };
      }[]
    | null;
}

const driverFolder = '/proc/driver/nvidia/gpus';

/**
 * How many GPUs the host has: what its driver shows, else what the Engine knows.
 * @param folder of the driver, one entry a GPU
 * @returns null where nobody can tell
 */
export async function countGpus(info: GpuInfo, folder = driverFolder): Promise<number | null> {
  const driven = await readdir(folder).catch(() => []);
  if (driven.length > 0) return driven.length;
  // beside the single ones there are names for all of them and for each by its UUID
  const found = (info.DiscoveredDevices ?? []).filter(({ ID }) => /\/gpu=\d+$/.test(ID ?? ''));
  if (found.length > 0) return found.length;
  const isGpu = (kind = ''): boolean => /gpu/i.test(kind);
  const generic = (info.GenericResources ?? []).reduce((sum, one) => {
    const { DiscreteResourceSpec: discrete, NamedResourceSpec: named } = one;
    if (isGpu(discrete?.Kind)) return sum + (discrete?.Value ?? 0);
    return isGpu(named?.Kind) ? sum + 1 : sum;
  }, 0);
  return generic > 0 ? generic : null;
}
