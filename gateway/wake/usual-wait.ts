import type { GatewayContext } from '../context.ts';
import type { Target } from './targets.ts';

/** It changes slowly. */
const freshMs = 300_000;
/** The last windows of a service that count, and how many must have opened to speak of a habit. */
const lastWindows = 20;
const fewest = 3;

/** From the request of a service's window until it was open, in ms, in the median of its last ones; null if that is not known. */
export type UsualWait = (target: Target) => number | null;

/** Answers from memory and reads behind that, so that no page waits for it. */
export function createUsualWait({
  store,
  clock,
}: Pick<GatewayContext, 'store' | 'clock'>): UsualWait {
  const known = new Map<string, { at: number; ms: number | null }>();
  const read = async ({ host, service: { name } }: Target): Promise<number | null> => {
    const { windows } = await store().windows.list({ host, service: name, limit: lastWindows });
    const waits = windows
      .flatMap(({ target, requested_at, opened_at }) =>
        target === name && opened_at !== null
          ? [Date.parse(opened_at) - Date.parse(requested_at)]
          : [],
      )
      .toSorted((one, other) => one - other);
    return waits.length < fewest ? null : waits[Math.floor(waits.length / 2)]!;
  };
  return (target) => {
    const key = `${target.host} ${target.service.name}`;
    const last = known.get(key) ?? { at: -Infinity, ms: null };
    if (last.at + freshMs < clock()) {
      last.at = clock();
      known.set(key, last);
      void read(target).then(
        (ms) => (last.ms = ms),
        () => known.delete(key),
      );
    }
    return last.ms;
  };
}
