import type { Catalog, CatalogService } from '../../contracts/service.ts';
import { startOrder } from '../services/start-order.ts';
import { admit, needOf, type Need } from './admission.ts';
import { isLive } from './lease.ts';
import { onHost, type KnownServices } from './service-status.ts';

type Known = Pick<KnownServices, 'observations' | 'leases'>;

const leasesOf = (host: string, name: string, { leases }: Known) =>
  leases.get(onHost(host, name)) ?? [];

const needsOf = (
  host: string,
  services: readonly CatalogService[],
  { observations }: Known,
): Map<string, Need> =>
  new Map(
    services.map((one) => {
      const seen = observations.get(onHost(host, one.name));
      return [one.name, needOf(one, seen?.memory_bytes ?? null)];
    }),
  );

/** What the leased services of a host take at `now` (epoch ms), by name. */
export const leasedNeeds = (
  { host, services }: Catalog,
  known: Known,
  now: number,
): Map<string, Need> =>
  needsOf(
    host,
    services.filter(({ name }) => leasesOf(host, name, known).some((lease) => isLive(lease, now))),
    known,
  );

/**
 * From when on a window on `service` would be admitted: `now` if there is room, else the first deadline of other windows after
 * which there is; null if no deadline makes room. Epoch ms. Windows that wait in the queue are not known here.
 */
export function roomFrom(
  catalog: Catalog,
  known: Known,
  service: string,
  now: number,
): number | null {
  const { host, services, budget } = catalog;
  const byName = new Map(services.map((one) => [one.name, one]));
  const members = startOrder([service], byName).map((name) => byName.get(name)!);
  const wanted = needsOf(host, members, known);
  const fitsAt = (at: number): boolean =>
    admit(wanted, leasedNeeds(catalog, known, at), budget, 0).admit;
  if (fitsAt(now)) return now;
  const ends = services
    .flatMap(({ name }) => leasesOf(host, name, known))
    .flatMap(({ deadline }) => (deadline !== null && deadline > now ? [deadline] : []));
  return ends.toSorted((one, other) => one - other).find(fitsAt) ?? null;
}
