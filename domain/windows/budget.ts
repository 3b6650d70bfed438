import type { HostBudget } from '../../contracts/status.ts';
import { runs } from '../services/status.ts';
import { needOf, takenBy } from './admission.ts';
import { isLive } from './lease.ts';
import { onHost, type KnownServices } from './service-status.ts';

/** The budget of each host at `now` (epoch ms): what its windows have reserved, what is in use, and the limits. */
export function hostBudgets(known: KnownServices, now: number): HostBudget[] {
  return known.catalogs.map(({ host, services, budget }) => {
    const seenOf = (name: string) => known.observations.get(onHost(host, name)) ?? null;
    const leased = services.filter(({ name }) =>
      (known.leases.get(onHost(host, name)) ?? []).some((lease) => isLive(lease, now)),
    );
    const needs = new Map(
      leased.map((one) => [one.name, needOf(one, seenOf(one.name)?.memory_bytes ?? null)]),
    );
    const reserved = takenBy(needs, budget);
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
