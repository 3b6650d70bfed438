import type { CatalogService } from '../../contracts/service.ts';
import type { WakeRule } from '../../contracts/wake.ts';
import type { Snapshot } from '../reads/snapshot.ts';
import { groupNotFound, invalidRequest, notManaged } from './fault.ts';

/** A service that requests may wake. */
export interface Target {
  host: string;
  service: CatalogService;
  wake: WakeRule;
}

/** What a request wants awake: services by name, or a group. */
export type Wanted = { names: readonly string[] } | { group: string };

interface Targets {
  /** By the name of the service, and by the name of its container. */
  byName: ReadonlyMap<string, Target[]>;
  byGroup: ReadonlyMap<string, Target[]>;
}

const known = new WeakMap<Snapshot, Targets>();

/** All services that requests may wake. */
export const wakeTargets = ({ catalogs }: Snapshot): Target[] =>
  catalogs.flatMap(({ host, services }) =>
    services.flatMap((service) =>
      service.wake === undefined ? [] : [{ host, service, wake: service.wake }],
    ),
  );

function targetsOf(snapshot: Snapshot): Targets {
  const before = known.get(snapshot);
  if (before !== undefined) return before;
  const all = wakeTargets(snapshot);
  const byName = Map.groupBy(all, ({ service }) => service.name);
  for (const [container, ones] of Map.groupBy(all, ({ wake }) => wake.container))
    if (!byName.has(container)) byName.set(container, ones);
  const groups = new Set(all.flatMap(({ wake }) => wake.groups));
  const byGroup = new Map(
    [...groups].map((group) => [group, all.filter(({ wake }) => wake.groups.includes(group))]),
  );
  const targets = { byName, byGroup };
  known.set(snapshot, targets);
  return targets;
}

/** The services that a request names. Throws `WakeFault` if one of them may not be woken, before any is. */
export function resolveTargets(snapshot: Snapshot, wanted: Wanted): Target[] {
  const { byName, byGroup } = targetsOf(snapshot);
  if ('group' in wanted) {
    const members = byGroup.get(wanted.group);
    if (members === undefined) throw groupNotFound(wanted.group, [...byGroup.keys()].sort());
    return members;
  }
  return wanted.names.map((name) => {
    const [first, second] = byName.get(name) ?? [];
    if (first === undefined) throw notManaged(name);
    if (second === undefined) return first;
    const hosts = `${first.host} and ${second.host}`;
    throw invalidRequest(`${name} is on ${hosts}; let requests wake it on one host only`);
  });
}
