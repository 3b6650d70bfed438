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
 * Writes down that these containers run for the service's live leases, before they do: by their ids they are found
 * again whatever becomes of the compose file. The caller holds the service's lock.
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

/** These containers have been started. It is known at once, and written as soon as the store takes it. */
export function noteStarted(power: PowerHost, name: string, ids: readonly string[]): void {
  void power.seen.see(name, { containers: started(knownOf(power, name), ids) });
}

/** Some of these run: for the windows that hold them, whoever started them. */
export async function noteRunning(
  power: PowerHost,
  name: string,
  containers: readonly Pick<FoundContainer, 'id' | 'state'>[],
): Promise<void> {
  const up = containers.filter(({ state }) => isUp(state)).map(({ id }) => id);
  const known = knownOf(power, name);
  const isNews = known.some(
    ({ id, end, windows }) =>
      up.includes(id) && (end !== null || windows.some((window) => !window.ran)),
  );
  if (isNews) await power.seen.see(name, { containers: started(known, up) });
}

/** What is to be noted of containers that went down. */
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
 * Compares what is held with what the Engine has of the service: what is gone was removed by somebody, unless another
 * Engine answers now.
 * @param containers all that the Engine has of it
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
  // a list may miss what is there: only the container itself can say that it is gone
  const facts = await Promise.all(gone.map((id) => power.engine.inspect(id)));
  const surely = gone.filter((_, at) => facts[at] === null);
  if (surely.length === 0) return;
  const end: ServiceStop = {
    at: power.clock(),
    by: 'someone_else',
    forced: false,
    stop_ms: 0,
    exit_code: null,
  };
  await power.seen.see(name, { containers: missing(knownOf(power, name), surely, engine, end) });
}

/** Containers on an Engine that cannot be asked now: whether they run is not known. */
export const outOfReach = (power: PowerHost, name: string): HeldContainer[] =>
  knownOf(power, name).filter((one) => one.held && one.away);

/** Is one of these up only because a lease asked for it? */
export function isHeld(power: PowerHost, name: string, ids: readonly string[]): boolean {
  return knownOf(power, name).some((one) => one.held && ids.includes(one.id));
}

/** Is all of this written down for every window that holds the service? */
export const allHeld = (
  power: PowerHost,
  name: string,
  containers: readonly FoundContainer[],
): boolean => {
  const known = knownOf(power, name);
  return containers.every((one) => holds(known, one, liveWindows(power, name)));
};

/** All of the service is down, and no lease is left. The caller holds its lock. */
export async function letGo(power: PowerHost, name: string): Promise<void> {
  const known = knownOf(power, name);
  if (known.some((one) => one.held && !one.away))
    await power.seen.see(name, { containers: released(known) });
}

/** Windows that some container is written down for. */
export const windowsHeldFor = (power: PowerHost): Set<string> =>
  new Set(
    power.seen
      .all()
      .flatMap(({ containers = [] }) => containers.flatMap((one) => one.windows))
      .map(({ id }) => id),
  );

/** The window has its receipt, or never will. */
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
