import type {
  CatalogService,
  ContainerState,
  ServiceObservation,
} from '../../contracts/service.ts';
import { standsFor } from '../../domain/replicas.ts';
import { isUp } from '../../domain/settle.ts';
import type { ContainerSummary } from '../engine/engine.ts';
import { findContainers, type FoundContainer } from './containers.ts';
import type { GuardEnding } from './guard-files.ts';
import { hostEvent, lockOf, type PowerHost } from './host.ts';

/** A service of the file or of the Engine, as this round of the settle loop finds it. */
export interface Sight {
  name: string;
  /** Null when the file does not have it any more. */
  service: CatalogService | null;
  /** Several where it is scaled. */
  containers: readonly FoundContainer[];
}

/** Looks at every service once: what the file says and what the Engine has, written down where it changed. */
export async function lookAround(power: PowerHost): Promise<Sight[]> {
  // Compose may take its time over an edited file; deadlines do not wait for it
  const reading = power.catalog.current();
  reading.catch((error: unknown) =>
    power.log.warn({ err: error }, 'the compose file was not read'),
  );
  const catalog = power.catalog.known() ?? (await reading);
  // there is no stack yet, and nothing that would be missed
  if (catalog.project === '' && power.leases.all().length === 0) return [];
  await power.guardFiles.describe(
    Math.max(...catalog.services.map(({ max_ttl_ms }) => max_ttl_ms), 0),
  );
  const before = new Map(power.seen.all().map(({ name }) => [name, power.seen.changes(name)]));
  const found = await findContainers(power);
  const endings = await power.guardFiles.endings();
  const leased = power.leases.all().map((lease) => lease.service);
  const names = new Set([...catalog.services.map(({ name }) => name), ...found.keys(), ...leased]);
  const sights: Sight[] = [];
  for (const name of names) {
    const service = catalog.services.find((known) => known.name === name) ?? null;
    const containers = found.get(name) ?? [];
    // somebody who works on it, or did since the list was made, knows better
    const stale =
      power.lock.busy(lockOf(name)) || power.seen.changes(name) !== (before.get(name) ?? 0);
    const told = standsFor(containers, power.seen.get(name).container_id);
    if (!stale) await note(power, name, service, told, endings);
    sights.push({ name, service, containers });
  }
  const gone = power.seen.all().filter(({ name }) => !names.has(name));
  if (gone.length > 0) await power.seen.forget(gone.map(({ name }) => name));
  return sights;
}

async function note(
  power: PowerHost,
  name: string,
  service: CatalogService | null,
  container: ContainerSummary | undefined,
  endings: GuardEnding[],
): Promise<void> {
  const before = power.seen.get(name);
  const outdated =
    service !== null && container !== undefined && container.config_hash !== service.config_hash;
  if (container === undefined) {
    const seen = { state: 'absent', container_id: null, container_name: null } as const;
    return power.seen.see(name, { ...seen, health: 'none', outdated: false });
  }
  // a worker that died in the middle of a stop left `stopping` behind
  const wasUp = isUp(before.state) || before.state === 'stopping';
  const wentDown = wasUp && !isUp(container.state) && before.container_id === container.id;
  // until the Engine has asked for the first time, our own asking holds
  if (container.state !== 'starting') power.proved.delete(container.id);
  const state = power.proved.has(container.id) ? 'running' : stateOf(power, container);
  const seen: Partial<ServiceObservation> = {
    state,
    container_id: container.id,
    container_name: container.name,
    health: healthOf(state, service),
    outdated,
  };
  if (!wentDown) {
    const told = outdated && !before.outdated;
    const event = hostEvent(power, 'service.outdated', 'settle_loop', { service: name });
    return power.seen.see(name, seen, told ? [event] : []);
  }
  await noteFall(power, name, seen, container, endings);
}

/** A job that is done stays so until its last window is over. */
const stateOf = (power: PowerHost, { id, service, state }: ContainerSummary): ContainerState => {
  const before = power.seen.get(service);
  const isDone = state === 'exited' && before.state === 'done' && before.container_id === id;
  return isDone && power.leases.live(service).length > 0 ? 'done' : state;
};

/** Something outside this process took it down: the guard, somebody's hand, or itself. */
export async function noteFall(
  power: PowerHost,
  name: string,
  seen: Partial<ServiceObservation>,
  container: FoundContainer,
  endings: GuardEnding[],
): Promise<void> {
  const facts = await power.engine.inspect(container.id);
  const byGuard = endings.find((ending) => ending.container_id === container.id);
  const at = facts?.finished_at ?? power.clock();
  const exit_code = facts?.exit_code ?? null;
  const by = byGuard === undefined ? 'someone_else' : 'guard';
  const stop = { at, by, forced: byGuard?.forced ?? false, stop_ms: 0, exit_code } as const;
  const actor = byGuard === undefined ? 'engine' : 'guard';
  await power.seen.see(name, { ...seen, stop, exit_code, finished_at: at, health: 'none' }, [
    hostEvent(power, 'service.stopped', actor, { service: name, payload: { by, exit_code } }),
  ]);
  if (byGuard === undefined) return;
  for (const ending of endings)
    if (ending.service === name) await power.guardFiles.forgetEnding(ending);
}

function healthOf(
  state: ContainerState,
  service: CatalogService | null,
): ServiceObservation['health'] {
  if (state === 'starting') return 'starting';
  if (state === 'unhealthy') return 'unhealthy';
  return state === 'running' && service?.has_healthcheck === true ? 'healthy' : 'none';
}
