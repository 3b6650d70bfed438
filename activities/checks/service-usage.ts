import type { Usage } from '../engine/usage.ts';
import { readUsage } from '../engine/usage.ts';
import { containersOf } from '../power/host/containers.ts';
import type { PowerHost } from '../power/host/host.ts';

/** What services use, from the files of their containers' first processes. */
export interface ServiceUsage {
  /** All containers of a service together; null if it has none that runs, or its files cannot be read. */
  of(service: string): Promise<Usage | null>;
  close(): void;
}

export function watchUsage(power: PowerHost): ServiceUsage {
  const pids = new Map<string, number[]>();
  // a start or an end changes the processes
  const stop = power.watch.subscribe(({ service }) => void pids.delete(service));
  const pidsOf = async (service: string): Promise<number[]> => {
    const found = await containersOf(power, service);
    const inspected = await Promise.all(found.map(({ id }) => power.engine.inspect(id)));
    return inspected.flatMap((one) => (one === null || one.pid === 0 ? [] : one.pid));
  };
  return {
    async of(service) {
      const known = pids.get(service) ?? (await pidsOf(service));
      pids.set(service, known);
      const uses = (await Promise.all(known.map(readUsage))).filter((one) => one !== null);
      if (uses.length === 0) return null;
      const sum = (field: keyof Usage): number =>
        uses.reduce((total, use) => total + use[field], 0);
      return {
        memory_bytes: sum('memory_bytes'),
        cpu_ms: sum('cpu_ms'),
        network_bytes: sum('network_bytes'),
      };
    },
    close: () => stop(),
  };
}
