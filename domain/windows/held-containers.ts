import type { HeldContainer, ServiceStop } from '../../contracts/service.ts';

/** A container that is about to run for a service's leases, as the Engine shows it. */
export interface ToHold {
  id: string;
  name: string;
  project: string;
  /** It runs already. */
  up: boolean;
  /** The Engine's instant of its newest start; null if it never started. */
  started_at: number | null;
}

/** Ended containers that no receipt waits for any more are kept up to this number. */
const endedKept = 32;

/** The containers with these among them, held for these windows. A container that is held already keeps what is known of it. */
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

/** Is everything of this recorded already? */
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

/** These containers were started for those that hold them. */
export const started = (known: readonly HeldContainer[], ids: readonly string[]): HeldContainer[] =>
  known.map((one) =>
    ids.includes(one.id)
      ? { ...one, end: null, windows: one.windows.map((window) => ({ ...window, ran: true })) }
      : one,
  );

/** The container went down. */
export const wentDown = (
  known: readonly HeldContainer[],
  id: string,
  end: ServiceStop,
): HeldContainer[] => known.map((one) => (one.id === id ? { ...one, end } : one));

/** Containers that the Engine no longer has: removed, or, on another Engine, out of reach and perhaps running. */
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

/** Containers whose Engine answers again. */
export const reached = (known: readonly HeldContainer[], ids: readonly string[]): HeldContainer[] =>
  known.map((one) => (one.away && ids.includes(one.id) ? { ...one, away: false } : one));

/** No lease is left and the Engine has confirmed that all are down; those out of reach stay held. */
export const released = (known: readonly HeldContainer[]): HeldContainer[] =>
  pruned(known.map((one) => (one.held && !one.away ? { ...one, held: false } : one)));

/** The window has its receipt, or never opened. */
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
 * The project whose containers a service is kept up from: the one it was started in for as long as one of those
 * containers is held, then the project of the compose file.
 */
export const homeProject = (known: readonly HeldContainer[], current: string): string => {
  const here = known.filter((one) => one.held && !one.away);
  return here.some(({ project }) => project === current) ? current : (here[0]?.project ?? current);
};
