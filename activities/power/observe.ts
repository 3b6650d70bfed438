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

/** A service of the compose file or of the Engine, as found in this round of the reconcile loop. */
export interface Observation {
  name: string;
  /** Null if it is no longer in the file. */
  service: CatalogService | null;
  /** Several if the service is scaled. */
  containers: readonly FoundContainer[];
}

/** Records what changed of each service. If the Engine does not answer for one, the next round tries again. */
export type Noting = BoundedRound<Observation>;

export const createNoting = (): Noting =>
  createBoundedRound({ atOnce: 8, ms: 1500 }, ({ name }) => name);

const notingOrThrow: Noting = async (...round) => {
  const outcome = await createNoting()(...round);
  throwFailures(outcome);
  return outcome;
};

/**
 * Observes every service once, in the compose file and in the Engine, and records changes.
 * @param noting kept from round to round; without it, a failure is thrown
 */
export async function observe(
  power: PowerHost,
  noting: Noting = notingOrThrow,
): Promise<Observation[]> {
  // reading an edited file may take long; deadlines do not wait for it
  const reading = power.catalog.current();
  reading.catch((error: unknown) =>
    power.log.warn({ err: error }, 'the compose file could not be read'),
  );
  const catalog = power.catalog.known() ?? (await reading);
  // there is no stack yet, and nothing is held
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
  const observations = [...names].map((name): Observation => ({
    name,
    service: catalog.services.find((known) => known.name === name) ?? null,
    containers: found.get(name) ?? [],
  }));
  await noting(observations, async ({ name, service }) => {
    const containers = found.get(name) ?? [];
    // if work on the service is under way or happened since the list was made, the list is out of date
    const stale =
      power.lock.busy(lockOf(name)) || power.seen.changes(name) !== (before.get(name) ?? 0);
    const representative = representativeOf(containers, power.seen.get(name).container_id);
    const moved = representative !== undefined && representative.project !== catalog.project;
    const outdated =
      service !== null &&
      representative !== undefined &&
      (moved || isOutdated(power, service, representative, firstOf(found)));
    if (!stale) await noteRunning(power, name, containers);
    if (!stale)
      await note(power, name, service, representative, outdated, endings, catalog.project);
  });
  // services that are no longer in the file may still be needed for a receipt
  const gone = power.seen
    .all()
    .filter(({ name, containers: known = [] }) => !names.has(name) && !awaitsReceipt(known));
  if (gone.length > 0) await power.seen.forget(gone.map(({ name }) => name));
  return observations;
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
  // a worker that died during a stop left `stopping` behind
  const wasUp = isUp(before.state) || before.state === 'stopping';
  const wentDown = wasUp && !isUp(container.state) && before.container_id === container.id;
  // until the Engine has run its first health check, the result of our own check counts
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
    const isNew = outdated && !before.outdated;
    const payload = moved ? { project: container.project, file_project: project } : {};
    const event = hostEvent(power, 'service.outdated', 'settle_loop', { service: name, payload });
    const hasNote = before.note !== null && !isNew;
    const remark = moved && !hasNote ? { note: movedNote(container.project, project) } : {};
    return power.seen.see(name, { ...seen, ...remark }, isNew ? [event] : []);
  }
  await noteExit(power, name, seen, container, endings);
}

const movedNote = (project: string, current: string): string =>
  `it runs in project ${project}, and the compose file names ${current} now; it is used as it is until its last ` +
  'window ends, and the next opening starts it in the new project';
/** A job that is done keeps this state until its last window ends. */
const stateOf = (power: PowerHost, { id, service, state }: ContainerSummary): ContainerState => {
  const before = power.seen.get(service);
  const isDone = state === 'exited' && before.state === 'done' && before.container_id === id;
  return isDone && power.leases.live(service).length > 0 ? 'done' : state;
};

/**
 * Records an exit that this process did not cause: the guard or a person stopped the container, or it exited by
 * itself.
 */
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
