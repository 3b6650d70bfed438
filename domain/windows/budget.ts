import type { HostBudget } from '../../contracts/status.ts';
import { runs } from '../services/status.ts';
import { takenBy } from './admission.ts';
import { leasedNeeds } from './room.ts';
import { onHost, type KnownServices } from './service-status.ts';

/** The budget of each host at `now` (epoch ms): what its windows have reserved, what is in use, and the limits. */
export function hostBudgets(known: KnownServices, now: number): HostBudget[] {
  return known.catalogs.map((catalog) => {
    const { host, services, budget } = catalog;
    const seenOf = (name: string) => known.observations.get(onHost(host, name)) ?? null;
    const reserved = takenBy(leasedNeeds(catalog, known, now), budget);
    const running = services.flatMap(({ name }) => {
      const seen = seenOf(name);
      return seen !== null && runs(seen.state) ? [seen.memory_bytes] : [];
    });
    return {
      host,
      memory_bytes: {
        reserved: reserved.memory_bytes,
        seen: sumOfKnown(running),
        limit: budget.memory_bytes,
      },
      // CPU time is not measured
      cpus: { reserved: reserved.cpus, seen: null, limit: budget.cpus },
      gpus: { reserved: reserved.gpus, limit: budget.gpus ?? null },
    };
  });
}

/** Null if something runs and nothing of it is known. */
function sumOfKnown(parts: (number | null)[]): number | null {
  const known = parts.filter((part) => part !== null);
  if (parts.length > 0 && known.length === 0) return null;
  return known.reduce((total, part) => total + part, 0);
}
