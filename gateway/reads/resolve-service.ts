import { VX11Error } from '../../contracts/errors.ts';
import type { CatalogService } from '../../contracts/service.ts';
import { placeServices, type Misplacement } from '../../domain/services/placement.ts';
import { startOrder } from '../../domain/services/start-order.ts';
import { findServices, windowServices, type Snapshot } from './snapshot.ts';

const shown = 20;

const namesOf = (snapshot: Snapshot): string => {
  const names = windowServices(snapshot);
  if (names.length === 0) return 'none: no compose file was read yet';
  const more = names.length > shown ? ', …' : '';
  return names.slice(0, shown).join(', ') + more;
};

function textOf(problem: Misplacement, snapshot: Snapshot): string {
  if (problem.why === 'unknown') {
    const where =
      problem.host === null ? 'any compose file' : `the compose file of ${problem.host}`;
    const names = namesOf(snapshot);
    return `${problem.name} is not in ${where}; services that can be opened: ${names}.`;
  }
  if (problem.why === 'several_hosts') {
    return `${problem.name} is on several hosts; name one of them as host: ${problem.hosts.join(', ')}.`;
  }
  if (problem.why === 'always_runs') {
    return `${problem.name} is of the ${problem.tier} tier: it runs without windows.`;
  }
  return `One window is on one host; these are on ${problem.hosts.join(' and ')}.`;
}

/** The host that has all of these services, and their entries. @param fieldOf the request field of the name at an index */
function place(
  snapshot: Snapshot,
  names: readonly string[],
  host: string | undefined,
  fieldOf: (at: number) => string,
): { host: string; services: CatalogService[] } {
  const known = [...new Set(names)].flatMap((name) =>
    findServices(snapshot, name).map((one) => ({ ...one, name, tier: one.service.tier })),
  );
  const placed = placeServices(names, host ?? null, known);
  if (placed.ok) {
    return { host: placed.host, services: placed.services.map(({ service }) => service) };
  }
  const field = placed.problem.why === 'apart' ? 'services' : fieldOf(placed.at);
  const problem = textOf(placed.problem, snapshot);
  throw new VX11Error('service_not_allowed', problem, { fields: [{ field, problem }] });
}

/**
 * The catalog entry of a service. Throws `service_not_allowed` if it is in no compose file, is not of the window tier, or
 * is on several hosts and the caller named none.
 */
export function resolveService(
  snapshot: Snapshot,
  name: string,
  host: string | undefined,
  field: string,
): { host: string; service: CatalogService } {
  const placed = place(snapshot, [name], host, () => field);
  return { host: placed.host, service: placed.services[0]! };
}

/** The host that has all of these services, and their entries. Throws `service_not_allowed`. */
export const resolveServices = (
  snapshot: Snapshot,
  names: string[],
  host: string | undefined,
): { host: string; services: CatalogService[] } =>
  place(snapshot, names, host, (at) => `services.${at}`);

/** The longest TTL of one window over these services of a host: no dependency may outlive its own `max_ttl`. */
export function longestTtlMs(snapshot: Snapshot, host: string, names: string[]): number {
  const entries = snapshot.catalogs.find((catalog) => catalog.host === host)?.services ?? [];
  const catalog = new Map(entries.map((entry) => [entry.name, entry]));
  const held = startOrder(names, catalog).flatMap((name) => catalog.get(name) ?? []);
  return Math.min(...held.map(({ max_ttl_ms }) => max_ttl_ms));
}
