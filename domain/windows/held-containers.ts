import type { HeldContainer, ServiceStop } from '../../contracts/service.ts';

/** A container that is about to run for a service's leases, as the Engine reports it. */
export interface ToHold {
  id: string;
  name: string;
  project: string;
  /** It is already running. */
  up: boolean;
  /** Its newest start, by the Engine's clock; null if it has never started. */
  started_at: number | null;
}

/** The largest number of stopped containers to keep; the oldest are dropped first. More than any service is scaled to. */
const endedKept = 256;

/** Adds the containers, held for these windows. Facts about a container that is already held are kept. */
export function hold(
  known: readonly HeldContainer[],
  containers: readonly ToHold[],
  windowIds: readonly string[],
  engine: string | null,
): HeldContainer[] {
  const next = new Map(known.map((one) => [one.id, one]));
  for (const { id, name, project, up, started_at } of containers) {
    const before = next.get(id);
    const windows = (before?.windows ?? []).map((window) => ({
      ...window,
      ran: window.ran || started_at !== window.started_before,
    }));
    const joining = windowIds
      .filter((window) => !windows.some((one) => one.id === window))
      .map((window) => ({ id: window, ran: up, started_before: started_at }));
    next.set(id, {
      id,
      name,
      project,
      engine,
      held: true,
      away: false,
      started_at,
      end: up ? null : (before?.end ?? null),
      windows: [...windows, ...joining],
    });
  }
  return pruned([...next.values()]);
}

/** Whether the container is already recorded as held for all these windows. */
export const holds = (
  known: readonly HeldContainer[],
  { id, name }: Pick<ToHold, 'id' | 'name'>,
  windowIds: readonly string[],
): boolean =>
  known.some(
    (one) =>
      one.id === id &&
      one.name === name &&
      one.held &&
      !one.away &&
      windowIds.every((window) => one.windows.some((mine) => mine.id === window)),
  );

/** Records that these containers were started for the windows that hold them. */
export const started = (known: readonly HeldContainer[], ids: readonly string[]): HeldContainer[] =>
  known.map((one) =>
    ids.includes(one.id)
      ? { ...one, end: null, windows: one.windows.map((window) => ({ ...window, ran: true })) }
      : one,
  );

/** Records that the container stopped. */
export const wentDown = (
  known: readonly HeldContainer[],
  id: string,
  end: ServiceStop,
): HeldContainer[] => known.map((one) => (one.id === id ? { ...one, end } : one));

/** Records containers that the Engine does not have: removed, or on a different Engine and perhaps still running. */
export const missing = (
  known: readonly HeldContainer[],
  ids: readonly string[],
  engine: string | null,
  end: ServiceStop,
): HeldContainer[] =>
  known.map((one) => {
    if (!ids.includes(one.id)) return one;
    const elsewhere = one.engine !== null && engine !== null && one.engine !== engine;
    return elsewhere
      ? { ...one, away: true }
      : { ...one, held: false, away: false, end: one.end ?? end };
  });

/** Records that the Engine of these containers can be reached again. */
export const reached = (known: readonly HeldContainer[], ids: readonly string[]): HeldContainer[] =>
  known.map((one) => (one.away && ids.includes(one.id) ? { ...one, away: false } : one));

/** Releases all containers after the Engine confirmed that they stopped; those on another Engine stay held. */
export const released = (known: readonly HeldContainer[]): HeldContainer[] =>
  pruned(known.map((one) => (one.held && !one.away ? { ...one, held: false } : one)));

/** Removes a window that has its receipt or never opened. */
export const withoutWindow = (known: readonly HeldContainer[], windowId: string): HeldContainer[] =>
  pruned(
    known.map((one) =>
      one.windows.some(({ id }) => id === windowId)
        ? { ...one, windows: one.windows.filter(({ id }) => id !== windowId) }
        : one,
    ),
  );

function pruned(all: HeldContainer[]): HeldContainer[] {
  const mattering = all.filter((one) => one.held || one.windows.length > 0);
  const ended = mattering.filter((one) => !one.held);
  const dropped = new Set(ended.slice(0, Math.max(0, ended.length - endedKept)));
  return mattering.filter((one) => !dropped.has(one));
}

/**
 * The project whose containers run for a service: the one it was started in while any of those containers is held, then
 * the current project of the compose file.
 */
export const homeProject = (known: readonly HeldContainer[], current: string): string => {
  const here = known.filter((one) => one.held && !one.away);
  return here.some(({ project }) => project === current) ? current : (here[0]?.project ?? current);
};
