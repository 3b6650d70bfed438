import type { CatalogService } from '../contracts/service.ts';

export type Admission = { admit: true } | { admit: false; because: string };

/** What a host may give to windows. Null is no limit. */
export interface Budget {
  memory_bytes: number | null;
  cpus: number | null;
}

/** What one service needs: the limits of its containers, or what they were last seen to use; 0 where nothing is known. */
export interface Need {
  memory_bytes: number;
  cpus: number;
}

export const needOf = (service: CatalogService, measuredBytes: number | null): Need => ({
  memory_bytes: times(service.memory_bytes, service) ?? measuredBytes ?? 0,
  cpus: times(service.cpus, service) ?? 0,
});

const times = (limit: number | null, { replicas }: CatalogService): number | null =>
  limit === null ? null : limit * replicas;

const mib = (bytes: number): string => `${Math.ceil(bytes / 1024 ** 2)} MiB`;

/**
 * May these services come up beside those that are leased already?
 * @param running needs of the leased services, by name; a service that is in both counts once
 * @param ahead how many windows wait already: nobody overtakes them
 */
export function admit(
  wanted: ReadonlyMap<string, Need>,
  running: ReadonlyMap<string, Need>,
  budget: Budget,
  ahead: number,
): Admission {
  const added = [...wanted].filter(([name]) => !running.has(name)).map(([, need]) => need);
  if (added.length === 0) return { admit: true };
  const sum = (needs: Iterable<Need>, key: keyof Need): number =>
    [...needs].reduce((total, need) => total + need[key], 0);
  const memory = { used: sum(running.values(), 'memory_bytes'), more: sum(added, 'memory_bytes') };
  const cpus = { used: sum(running.values(), 'cpus'), more: sum(added, 'cpus') };
  if (budget.memory_bytes !== null && memory.used + memory.more > budget.memory_bytes) {
    const free = Math.max(0, budget.memory_bytes - memory.used);
    return {
      admit: false,
      because: `${mib(memory.more)} of memory needed, ${mib(free)} of ${mib(budget.memory_bytes)} free`,
    };
  }
  if (budget.cpus !== null && cpus.used + cpus.more > budget.cpus) {
    const free = Math.max(0, budget.cpus - cpus.used);
    return { admit: false, because: `${cpus.more} CPUs needed, ${free} of ${budget.cpus} free` };
  }
  if (ahead > 0) return { admit: false, because: `${ahead} other windows wait for room already` };
  return { admit: true };
}
