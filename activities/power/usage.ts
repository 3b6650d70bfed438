import { wasBusy, type UseSample } from '../../domain/idle.ts';
import { isUp } from '../../domain/settle.ts';
import { readUsage } from '../engine/usage.ts';
import type { PowerHost } from './host.ts';

/** Takes a service out of the windows that hold it, because nobody uses it. */
export type ReleaseIdle = (service: string, windowIds: string[]) => Promise<void>;

interface Watched {
  containerId: string;
  pid: number;
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
      const now = await measure(power, name, seen.container_id, watched);
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

async function measure(
  power: PowerHost,
  name: string,
  containerId: string,
  watched: Map<string, Watched>,
): Promise<Watched | null> {
  const known = watched.get(name);
  const before = known?.containerId === containerId ? known : undefined;
  const pid = before?.pid ?? (await power.engine.inspect(containerId))?.pid ?? 0;
  const usage = pid === 0 ? null : await readUsage(pid);
  if (usage === null) {
    watched.delete(name); // it was started again, with another process
    const memory_bytes = await power.engine.memoryUse(containerId);
    await rememberMemory(power, name, memory_bytes);
    return null;
  }
  await rememberMemory(power, name, usage.memory_bytes);
  const at = power.clock();
  const sample = { at, cpu_ms: usage.cpu_ms, network_bytes: usage.network_bytes };
  const busy = before === undefined || wasBusy(before.sample, sample);
  const now = { containerId, pid, sample, busyAt: busy ? at : before.busyAt };
  watched.set(name, now);
  return now;
}

/** A tenth more or less is the same: each change is a row written. */
async function rememberMemory(power: PowerHost, name: string, bytes: number | null): Promise<void> {
  const before = power.seen.get(name).memory_bytes;
  if (bytes === null || (before !== null && Math.abs(bytes - before) < before / 10)) return;
  await power.seen.see(name, { memory_bytes: bytes });
}
