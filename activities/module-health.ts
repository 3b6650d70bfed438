import type { ServiceTier } from '../contracts/service.ts';
import { isPressed } from '../domain/autonomy/decide.ts';
import {
  leasesByService,
  observationsByService,
  serviceStatuses,
} from '../domain/windows/service-status.ts';
import type { Store } from '../store/index.ts';
import type { ModuleHealth } from '../store/system/module-health.ts';

/** How much this machine has to do: load of a minute by core, and the share of memory in use. */
export type Pressure = () => { load: number; memory: number };

export interface HealthDeps {
  /** The machine whose pressure it is. */
  host: string;
  store: Store;
  pressure: Pressure;
}

/** A part that is to be up, how it is, since when (epoch ms), and the windows that hold it. */
export interface KnownPart extends ModuleHealth {
  tier: ServiceTier;
  window_ids: string[];
}

/** The machine itself, among the parts whose health is kept. */
export const machinePart = '(machine)';

/**
 * Judges every service that is to be up, and the machine, and writes down what has changed; what sleeps by policy is no
 * part of it. Reads the store only.
 */
export async function noteHealth(
  { host, store, pressure }: HealthDeps,
  now: number,
): Promise<{ parts: KnownPart[]; machine: ModuleHealth & ReturnType<Pressure> }> {
  const parts = await judged(store, now);
  const use = pressure();
  const machine = {
    host,
    name: machinePart,
    health: isPressed(use) ? ('degraded' as const) : ('ok' as const),
    reason: null,
  };
  const kept = await store.moduleHealth.see(
    [
      ...parts.map(({ name, health, reason, ...part }) => ({
        host: part.host,
        name,
        health,
        reason,
      })),
      machine,
    ],
    now,
  );
  const since = new Map(kept.map((one) => [`${one.host}/${one.name}`, one.since]));
  const sinceOf = (one: { host: string; name: string }): number =>
    since.get(`${one.host}/${one.name}`) ?? now;
  return {
    parts: parts.map((part) => ({ ...part, since: sinceOf(part) })),
    machine: { ...machine, ...use, since: sinceOf(machine) },
  };
}

async function judged(store: Store, now: number): Promise<Omit<KnownPart, 'since'>[]> {
  const [catalogs, observed] = await Promise.all([
    store.services.catalogs(),
    store.services.observed(),
  ]);
  const leases = await Promise.all(catalogs.map(({ host }) => store.leases.ofHost(host)));
  const known = {
    catalogs,
    observations: observationsByService(observed),
    leases: leasesByService(leases.flat()),
    windows: [],
  };
  return serviceStatuses(known, now)
    .filter(({ health }) => health !== 'off_by_policy')
    .map(({ name, host, tier, health, reason, window_ids }) => ({
      name,
      host,
      tier,
      health,
      reason,
      window_ids,
    }));
}
