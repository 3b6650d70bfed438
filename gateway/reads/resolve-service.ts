import { VX11Error } from '../../contracts/errors.ts';
import type { CatalogService } from '../../contracts/service.ts';
import { startOrder } from '../../domain/services/start-order.ts';
import { findServices, windowServices, type Snapshot } from './snapshot.ts';

const shown = 20;

const namesOf = (snapshot: Snapshot): string => {
  const names = windowServices(snapshot);
  if (names.length === 0) return 'none: no compose file was read yet';
  const more = names.length > shown ? ', …' : '';
  return names.slice(0, shown).join(', ') + more;
};

/**
 * The one catalog entry that a caller means. Throws `service_not_allowed`: it is not in a compose file, not of the
 * window tier, or on several hosts and none was named.
 */
export function resolveService(
  snapshot: Snapshot,
  name: string,
  host: string | undefined,
  field: string,
): { host: string; service: CatalogService } {
  const refuse = (problem: string): VX11Error =>
    new VX11Error('service_not_allowed', problem, { fields: [{ field, problem }] });
  const found = findServices(snapshot, name).filter(
    (entry) => host === undefined || entry.host === host,
  );
  const [first, second] = found;
  if (first === undefined) {
    const where = host === undefined ? 'any compose file' : `the compose file of ${host}`;
    throw refuse(`${name} is not in ${where}; services that can be opened: ${namesOf(snapshot)}.`);
  }
  if (second !== undefined) {
    const hosts = found.map((entry) => entry.host).join(', ');
    throw refuse(`${name} is on several hosts; name one of them as host: ${hosts}.`);
  }
  if (first.service.tier !== 'window') {
    throw refuse(`${name} is of the ${first.service.tier} tier: it runs without windows.`);
  }
  return first;
}

/** The host that has all of these services, and their entries. Throws `service_not_allowed`. */
export function resolveServices(
  snapshot: Snapshot,
  names: string[],
  host: string | undefined,
): { host: string; services: CatalogService[] } {
  const candidates =
    host ??
    snapshot.catalogs.find((catalog) =>
      names.every((name) => catalog.services.some((entry) => entry.name === name)),
    )?.host;
  const several = snapshot.catalogs.filter((catalog) =>
    names.every((name) => catalog.services.some((entry) => entry.name === name)),
  );
  const wanted = several.length > 1 ? host : candidates;
  const found = names.map((name, at) => resolveService(snapshot, name, wanted, `services.${at}`));
  const hosts = [...new Set(found.map((entry) => entry.host))];
  if (hosts.length > 1) {
    const problem = `One window is on one host; these are on ${hosts.join(' and ')}.`;
    throw new VX11Error('service_not_allowed', problem, {
      fields: [{ field: 'services', problem }],
    });
  }
  return { host: hosts[0]!, services: found.map((entry) => entry.service) };
}

/** The longest that one window over these services of a host may last: no dependency outlives its own `max_ttl`. */
export function longestTtlMs(snapshot: Snapshot, host: string, names: string[]): number {
  const entries = snapshot.catalogs.find((catalog) => catalog.host === host)?.services ?? [];
  const catalog = new Map(entries.map((entry) => [entry.name, entry]));
  const held = startOrder(names, catalog).flatMap((name) => catalog.get(name) ?? []);
  return Math.min(...held.map(({ max_ttl_ms }) => max_ttl_ms));
}
