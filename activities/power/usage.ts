import { wasBusy, type UseSample } from '../../domain/windows/idle.ts';
import { isUp } from '../../domain/services/settle.ts';
import type { CatalogService } from '../../contracts/service.ts';
import { createBoundedRound, throwFailures } from '../../platform/concurrency/bounded-round.ts';
import { readUsage } from '../engine/usage.ts';
import { containersOf } from './host/containers.ts';
import type { PowerHost } from './host/host.ts';

/** Releases an idle service from the windows that hold it. */
export type ReleaseIdle = (service: string, windowIds: string[]) => Promise<void>;

const bounds = { atOnce: 4, ms: 4000 };

interface Watched {
  containerIds: string;
  pids: number[];
  sample: UseSample;
  /** Time of the last activity; epoch ms. */
  busyAt: number;
}

/**
 * Measures the services that windows hold: their memory, for admission if the file sets no limit, and their activity,
 * for services with an `idle` setting. A round throws if a service could not be measured.
 */
export function createUsageRound(power: PowerHost, release: ReleaseIdle): () => Promise<void> {
  const watched = new Map<string, Watched>();
  const round = createBoundedRound<CatalogService>(bounds, ({ name }) => name);
  const holders = (name: string): string[] =>
    power.leases
      .live(name)
      .filter((lease) => lease.is_open)
      .map((lease) => lease.window_id);
  const measureOne = async ({ name, idle_ms, replicas }: CatalogService): Promise<void> => {
    const { container_id } = power.seen.get(name);
    const ids = replicas > 1 ? await running(power, name) : [container_id!];
    const now = await measure(power, name, ids, watched);
    if (now === null || idle_ms === null || now.sample.at - now.busyAt < idle_ms) return;
    if (isNeeded(power, name)) return;
    watched.delete(name);
    await release(name, holders(name));
  };
  return async () => {
    const services = power.catalog.known()?.services ?? [];
    const held = services.filter(({ name }) => {
      const { state, container_id } = power.seen.get(name);
      return holders(name).length > 0 && isUp(state) && container_id !== null;
    });
    const names = new Set(held.map(({ name }) => name));
    for (const name of watched.keys()) if (!names.has(name)) watched.delete(name);
    throwFailures(await round(held, measureOne));
  };
}

/** Whether another leased service depends on it; that one is released first. */
const isNeeded = (power: PowerHost, name: string): boolean =>
  (power.catalog.known()?.services ?? []).some(
    (other) =>
      other.depends_on.some((dependency) => dependency.service === name) &&
      power.leases.live(other.name).length > 0,
  );

const running = async (power: PowerHost, name: string): Promise<string[]> =>
  (await containersOf(power, name)).filter(({ state }) => isUp(state)).map(({ id }) => id);

/** Measures the total use of a service's containers; null if it is unknown. */
async function measure(
  power: PowerHost,
  name: string,
  ids: string[],
  watched: Map<string, Watched>,
): Promise<Watched | null> {
  const containerIds = ids.toSorted().join();
  const known = watched.get(name);
  const before = known?.containerIds === containerIds ? known : undefined;
  const pidOf = async (id: string): Promise<number> => (await power.engine.inspect(id))?.pid ?? 0;
  const pids = before?.pids ?? (await Promise.all(ids.map(pidOf)));
  const usages = await Promise.all(pids.map(async (pid) => (pid === 0 ? null : readUsage(pid))));
  const measured = usages.filter((usage) => usage !== null);
  if (ids.length === 0) return null;
  if (measured.length < usages.length) {
    watched.delete(name); // a container was restarted, with another process id
    const memory = await Promise.all(ids.map((id) => power.engine.memoryUse(id)));
    await rememberMemory(power, name, memory.includes(null) ? null : total(memory as number[]));
    return null;
  }
  await rememberMemory(power, name, total(measured.map(({ memory_bytes }) => memory_bytes)));
  const at = power.clock();
  const cpu_ms = total(measured.map((usage) => usage.cpu_ms));
  const sample = { at, cpu_ms, network_bytes: total(measured.map((usage) => usage.network_bytes)) };
  const busy = before === undefined || wasBusy(before.sample, sample);
  const now = { containerIds, pids, sample, busyAt: busy ? at : before.busyAt };
  watched.set(name, now);
  return now;
}

const total = (parts: number[]): number => parts.reduce((sum, part) => sum + part, 0);

/** Ignores changes below a tenth, since each change is written to the store. */
async function rememberMemory(power: PowerHost, name: string, bytes: number | null): Promise<void> {
  const before = power.seen.get(name).memory_bytes;
  if (bytes === null || (before !== null && Math.abs(bytes - before) < before / 10)) return;
  await power.seen.see(name, { memory_bytes: bytes });
}
