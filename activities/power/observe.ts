import type {
  CatalogService,
  ContainerState,
  HeldContainer,
  ServiceObservation,
} from '../../contracts/service.ts';
import {
  createBoundedRound,
  throwFailures,
  type BoundedRound,
} from '../../platform/concurrency/bounded-round.ts';
import { representativeOf } from '../../domain/services/replicas.ts';
import { isUp } from '../../domain/services/settle.ts';
import type { ContainerSummary } from '../engine/engine.ts';
import { findContainers, heldServices, type FoundContainer } from './host/containers.ts';
import type { GuardEnding } from './host/guard-files.ts';
import { noteDown, noteRunning } from './host/held.ts';
import { hostEvent, lockOf, type PowerHost } from './host/host.ts';
import { firstOf, isOutdated } from './start/outdated.ts';

/** A service of the file or of the Engine, as this round of the settle loop finds it. */
export interface Observation {
  name: string;
  /** Null when the file does not have it any more. */
  service: CatalogService | null;
  /** Several where it is scaled. */
  containers: readonly FoundContainer[];
}

/** Writes down what is new of each service: about one that the Engine does not tell of, the next round asks again. */
export type Noting = BoundedRound<Observation>;

export const createNoting = (): Noting =>
  createBoundedRound({ atOnce: 8, ms: 1500 }, ({ name }) => name);

const notingOrThrow: Noting = async (...round) => {
  const outcome = await createNoting()(...round);
  throwFailures(outcome);
  return outcome;
};

/**
 * Looks at every service once: what the file says and what the Engine has, written down where it changed.
 * @param noting the one of the rounds before, where there were any; else a failure is thrown
 */
export async function observe(
  power: PowerHost,
  noting: Noting = notingOrThrow,
): Promise<Observation[]> {
  // Compose may take its time over an edited file; deadlines do not wait for it
  const reading = power.catalog.current();
  reading.catch((error: unknown) =>
    power.log.warn({ err: error }, 'the compose file was not read'),
  );
  const catalog = power.catalog.known() ?? (await reading);
  // there is no stack yet, and nothing that would be missed
  const held = heldServices(power);
  if (catalog.project === '' && held.size === 0) return [];
  await power.guardFiles.describe(
    Math.max(...catalog.services.map(({ max_ttl_ms }) => max_ttl_ms), 0),
  );
  power.watch.refresh();
  const before = new Map(power.seen.all().map(({ name }) => [name, power.seen.changes(name)]));
  const found = await findContainers(power);
  const endings = await power.guardFiles.endings();
  const names = new Set([...catalog.services.map(({ name }) => name), ...found.keys(), ...held]);
  const sights = [...names].map((name): Observation => ({
    name,
    service: catalog.services.find((known) => known.name === name) ?? null,
    containers: found.get(name) ?? [],
  }));
  await noting(sights, async ({ name, service }) => {
    const containers = found.get(name) ?? [];
    // somebody who works on it, or did since the list was made, knows better
    const stale =
      power.lock.busy(lockOf(name)) || power.seen.changes(name) !== (before.get(name) ?? 0);
    const told = representativeOf(containers, power.seen.get(name).container_id);
    const moved = told !== undefined && told.project !== catalog.project;
    const outdated =
      service !== null &&
      told !== undefined &&
      (moved || isOutdated(power, service, told, firstOf(found)));
    if (!stale) await noteRunning(power, name, containers);
    if (!stale) await note(power, name, service, told, outdated, endings, catalog.project);
  });
  // a receipt may still be written of what the file has lost
  const gone = power.seen
    .all()
    .filter(({ name, containers: known = [] }) => !names.has(name) && !awaitsReceipt(known));
  if (gone.length > 0) await power.seen.forget(gone.map(({ name }) => name));
  return sights;
}

const awaitsReceipt = (containers: readonly HeldContainer[]): boolean =>
  containers.some(({ windows }) => windows.length > 0);

async function note(
  power: PowerHost,
  name: string,
  service: CatalogService | null,
  container: ContainerSummary | undefined,
  outdated: boolean,
  endings: GuardEnding[],
  project: string,
): Promise<void> {
  const before = power.seen.get(name);
  const moved = container !== undefined && project !== '' && container.project !== project;
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
    const payload = moved ? { project: container.project, file_project: project } : {};
    const event = hostEvent(power, 'service.outdated', 'settle_loop', { service: name, payload });
    const isSaid = before.note !== null && !told;
    const remark = moved && !isSaid ? { note: movedNote(container.project, project) } : {};
    return power.seen.see(name, { ...seen, ...remark }, told ? [event] : []);
  }
  await noteExit(power, name, seen, container, endings);
}

const movedNote = (project: string, current: string): string =>
  `it runs in project ${project}, and the compose file names ${current} now; it is used as it is until its last ` +
  'window ends, and the next opening starts it in the new project';
/** A job that is done stays so until its last window is over. */
const stateOf = (power: PowerHost, { id, service, state }: ContainerSummary): ContainerState => {
  const before = power.seen.get(service);
  const isDone = state === 'exited' && before.state === 'done' && before.container_id === id;
  return isDone && power.leases.live(service).length > 0 ? 'done' : state;
};

/** Something outside this process took it down: the guard, somebody's hand, or itself. */
export async function noteExit(
  power: PowerHost,
  name: string,
  seen: Partial<ServiceObservation>,
  container: Pick<FoundContainer, 'id'>,
  endings: GuardEnding[],
): Promise<void> {
  const facts = await power.engine.inspect(container.id);
  const byGuard = endings.find((ending) => ending.container_id === container.id);
  const at = facts?.finished_at ?? power.clock();
  const exit_code = facts?.exit_code ?? null;
  const by = byGuard === undefined ? 'someone_else' : 'guard';
  const stop = { at, by, forced: byGuard?.forced ?? false, stop_ms: 0, exit_code } as const;
  const actor = byGuard === undefined ? 'engine' : 'guard';
  const down = noteDown(power, name, [{ id: container.id, end: stop }]);
  await power.seen.see(
    name,
    { ...seen, ...down, stop, exit_code, finished_at: at, health: 'none' },
    [hostEvent(power, 'service.stopped', actor, { service: name, payload: { by, exit_code } })],
  );
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
