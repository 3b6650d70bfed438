import { wasBusy, type UseSample } from '../../domain/windows/idle.ts';
import { isUp } from '../../domain/services/settle.ts';
import { readUsage } from '../engine/usage.ts';
import { containersOf } from './host/containers.ts';
import type { PowerHost } from './host/host.ts';

/** Takes a service out of the windows that hold it, because nobody uses it. */
export type ReleaseIdle = (service: string, windowIds: string[]) => Promise<void>;

interface Watched {
  containerIds: string;
  pids: number[];
  sample: UseSample;
  /** When it was last busy; epoch ms. */
  busyAt: number;
}

/**
 * Measures the services that windows hold: their memory, for admission where the file sets no limit, and whether they
 * are used, for those with an `idle` setting.
 */
export function createUsageRound(power: PowerHost, release: ReleaseIdle): () => Promise<void> {
  const watched = new Map<string, Watched>();
  return async () => {
    const catalog = power.catalog.known();
    for (const service of catalog?.services ?? []) {
      const { name, idle_ms } = service;
      const held = power.leases.live(name).filter((lease) => lease.is_open);
      const seen = power.seen.get(name);
      if (held.length === 0 || !isUp(seen.state) || seen.container_id === null) {
        watched.delete(name);
        continue;
      }
      const ids = service.replicas > 1 ? await running(power, name) : [seen.container_id];
      const now = await measure(power, name, ids, watched);
      if (now === null || idle_ms === null || now.sample.at - now.busyAt < idle_ms) continue;
      if (isNeeded(power, name)) continue;
      watched.delete(name);
      await release(
        name,
        held.map((lease) => lease.window_id),
      );
    }
  };
}

/** Something that is held itself stands on it: that goes first. */
const isNeeded = (power: PowerHost, name: string): boolean =>
  (power.catalog.known()?.services ?? []).some(
    (other) =>
      other.depends_on.some((dependency) => dependency.service === name) &&
      power.leases.live(other.name).length > 0,
  );

const running = async (power: PowerHost, name: string): Promise<string[]> =>
  (await containersOf(power, name)).filter(({ state }) => isUp(state)).map(({ id }) => id);

/** What the containers of a service use together; null where that cannot be told. */
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
  const told = usages.filter((usage) => usage !== null);
  if (ids.length === 0) return null;
  if (told.length < usages.length) {
    watched.delete(name); // one was started again, with another process
    const memory = await Promise.all(ids.map((id) => power.engine.memoryUse(id)));
    await rememberMemory(power, name, memory.includes(null) ? null : total(memory as number[]));
    return null;
  }
  await rememberMemory(power, name, total(told.map(({ memory_bytes }) => memory_bytes)));
  const at = power.clock();
  const cpu_ms = total(told.map((usage) => usage.cpu_ms));
  const sample = { at, cpu_ms, network_bytes: total(told.map((usage) => usage.network_bytes)) };
  const busy = before === undefined || wasBusy(before.sample, sample);
  const now = { containerIds, pids, sample, busyAt: busy ? at : before.busyAt };
  watched.set(name, now);
  return now;
}

const total = (parts: number[]): number => parts.reduce((sum, part) => sum + part, 0);

/** A tenth more or less is the same: each change is a row written. */
async function rememberMemory(power: PowerHost, name: string, bytes: number | null): Promise<void> {
  const before = power.seen.get(name).memory_bytes;
  if (bytes === null || (before !== null && Math.abs(bytes - before) < before / 10)) return;
  await power.seen.see(name, { memory_bytes: bytes });
}
