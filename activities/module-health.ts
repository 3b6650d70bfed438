import type { ServiceTier } from '../contracts/service.ts';
import { isPressed } from '../domain/autonomy/decide.ts';
import {
  leasesByService,
  observationsByService,
  serviceStatuses,
} from '../domain/windows/service-status.ts';
import type { Store } from '../store/index.ts';
import type { ModuleHealth } from '../store/system/module-health.ts';

/** The pressure on this machine: its one-minute load per core, and the share of memory in use. */
export type Pressure = () => { load: number; memory: number };

export interface HealthDeps {
  /** The machine that is measured. */
  host: string;
  store: Store;
  pressure: Pressure;
}

/** A part that should be up: its health, since when (epoch ms), and the windows that hold it. */
export interface KnownPart extends ModuleHealth {
  tier: ServiceTier;
  window_ids: string[];
}

/** The name of the machine itself among the parts. */
export const machinePart = '(machine)';

/**
 * Determines the health of the machine and of every service that should be up, and records changes. Services that sleep by
 * policy are left out. Reads the store only.
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
  const [catalogs, observed, presence] = await Promise.all([
    store.services.catalogs(),
    store.services.observed(),
    store.presence.list(),
  ]);
  const leases = await Promise.all(catalogs.map(({ host }) => store.leases.ofHost(host)));
  const known = {
    catalogs,
    observations: observationsByService(observed),
    leases: leasesByService(leases.flat()),
    windows: [],
    presence,
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
