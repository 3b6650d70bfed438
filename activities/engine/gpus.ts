import { readdir } from 'node:fs/promises';

/** Device fields of the Engine's info: from the Container Device Interface, or Swarm's generic resources. */
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
 * Returns the number of GPUs of the host, from its driver, else from the Engine.
 * @param folder the driver's folder, with one entry per GPU
 * @returns null if the number is unknown
 */
export async function countGpus(info: GpuInfo, folder = driverFolder): Promise<number | null> {
  const driven = await readdir(folder).catch(() => []);
  if (driven.length > 0) return driven.length;
  // besides one id per index, there are ids by UUID and one for all GPUs
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
