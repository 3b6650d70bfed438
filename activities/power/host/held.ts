import type { HeldContainer, ServiceStop } from '../../../contracts/service.ts';
import {
  hold,
  holds,
  missing,
  reached,
  released,
  started,
  wentDown,
  withoutWindow,
} from '../../../domain/windows/held-containers.ts';
import { isUp } from '../../../domain/services/settle.ts';
import type { FoundContainer } from './containers.ts';
import type { PowerHost } from './host.ts';

const knownOf = (power: PowerHost, name: string): HeldContainer[] =>
  power.seen.get(name).containers ?? [];

const liveWindows = (power: PowerHost, name: string): string[] =>
  power.leases.live(name).map((lease) => lease.window_id);

/**
 * Records the containers as held for the service's live leases before they start, so that they can be found by id
 * whatever happens to the compose file. The caller holds the service's lock.
 */
export async function holdContainers(
  power: PowerHost,
  name: string,
  containers: readonly FoundContainer[],
): Promise<void> {
  const windows = liveWindows(power, name);
  const known = knownOf(power, name);
  const fresh = containers.filter((one) => !holds(known, one, windows));
  if (fresh.length === 0 || windows.length === 0) return;
  const facts = await Promise.all(fresh.map(({ id }) => power.engine.inspect(id)));
  const there = facts.filter((one) => one !== null).map((one) => ({ ...one, up: isUp(one.state) }));
  const engine = power.engine.knownIdentity();
  await power.seen.see(name, { containers: hold(knownOf(power, name), there, windows, engine) });
}

/** Records that these containers were started: in memory at once, in the store as soon as it is available. */
export function noteStarted(power: PowerHost, name: string, ids: readonly string[]): void {
  void power.seen.see(name, { containers: started(knownOf(power, name), ids) });
}

/** Records that containers run for the windows that hold them, also if they were started from outside VX11. */
export async function noteRunning(
  power: PowerHost,
  name: string,
  containers: readonly Pick<FoundContainer, 'id' | 'state'>[],
): Promise<void> {
  const up = containers.filter(({ state }) => isUp(state)).map(({ id }) => id);
  const known = knownOf(power, name);
  const hasChanged = known.some(
    ({ id, end, windows }) =>
      up.includes(id) && (end !== null || windows.some((window) => !window.ran)),
  );
  if (hasChanged) await power.seen.see(name, { containers: started(known, up) });
}

/** Returns the changed record after containers went down. */
export function noteDown(
  power: PowerHost,
  name: string,
  ends: readonly { id: string; end: ServiceStop }[],
): { containers: HeldContainer[] } {
  const containers = ends.reduce(
    (all, { id, end }) => wentDown(all, id, end),
    knownOf(power, name),
  );
  return { containers };
}

/**
 * Compares the held containers with the Engine's containers of the service. A missing container was removed from
 * outside VX11, unless a different Engine answers now.
 * @param containers all containers that the Engine has of the service
 */
export async function noteMissing(
  power: PowerHost,
  name: string,
  containers: readonly Pick<FoundContainer, 'id'>[],
): Promise<void> {
  const there = new Set(containers.map(({ id }) => id));
  if (outOfReach(power, name).some(({ id }) => there.has(id)))
    await power.seen.see(name, { containers: reached(knownOf(power, name), [...there]) });
  const gone = knownOf(power, name)
    .filter((one) => one.held && !one.away && !there.has(one.id))
    .map(({ id }) => id);
  if (gone.length === 0) return;
  const engine = await power.engine.identity();
  // a list may be incomplete: only an inspection proves that a container is gone
  const facts = await Promise.all(gone.map((id) => power.engine.inspect(id)));
  const confirmed = gone.filter((_, at) => facts[at] === null);
  if (confirmed.length === 0) return;
  const end: ServiceStop = {
    at: power.clock(),
    by: 'someone_else',
    forced: false,
    stop_ms: 0,
    exit_code: null,
  };
  await power.seen.see(name, { containers: missing(knownOf(power, name), confirmed, engine, end) });
}

/** Held containers on an Engine that is not reachable now, so their state is unknown. */
export const outOfReach = (power: PowerHost, name: string): HeldContainer[] =>
  knownOf(power, name).filter((one) => one.held && one.away);

/** Whether one of these containers was started for a lease. */
export function isHeld(power: PowerHost, name: string, ids: readonly string[]): boolean {
  return knownOf(power, name).some((one) => one.held && ids.includes(one.id));
}

/** Whether all containers are recorded as held for every window that holds the service. */
export const allHeld = (
  power: PowerHost,
  name: string,
  containers: readonly FoundContainer[],
): boolean => {
  const known = knownOf(power, name);
  return containers.every((one) => holds(known, one, liveWindows(power, name)));
};

/** Releases the held containers once all are down and no lease is left. The caller holds the service's lock. */
export async function releaseContainers(power: PowerHost, name: string): Promise<void> {
  const known = knownOf(power, name);
  if (known.some((one) => one.held && !one.away))
    await power.seen.see(name, { containers: released(known) });
}

/** Ids of windows for which containers are recorded. */
export const windowsHeldFor = (power: PowerHost): Set<string> =>
  new Set(
    power.seen
      .all()
      .flatMap(({ containers = [] }) => containers.flatMap((one) => one.windows))
      .map(({ id }) => id),
  );

/** Removes a window from the records, once it has its receipt or can never get one. */
export async function forgetWindow(power: PowerHost, windowId: string): Promise<void> {
  const all = power.seen
    .all()
    .filter(({ containers = [] }) =>
      containers.some(({ windows }) => windows.some(({ id }) => id === windowId)),
    );
  await power.seen.seeAll(
    all.map(({ name, containers = [] }) => ({
      name,
      containers: withoutWindow(containers, windowId),
    })),
  );
}
