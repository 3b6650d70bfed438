import type { StepType } from '../../contracts/plan.ts';
import type { Catalog, ServiceTier } from '../../contracts/service.ts';
import type { WindowView } from '../../contracts/window.ts';
import type { HostSuites } from '../checks/place-run.ts';
import { startOrder } from '../services/start-order.ts';
import { hasEnded } from '../windows/window.ts';

/** The properties of one service on one host that a plan needs. */
export interface KnownService {
  name: string;
  host: string;
  tier: ServiceTier;
  default_ttl_ms: number;
  max_ttl_ms: number;
  start_timeout_ms: number;
  /** It starts only after a job has ended, and a job has no time limit of its own. */
  waits_for_job: boolean;
  stop_grace_ms: number;
  /** Its image may have to be pulled or built before it starts, for an unknown time. */
  may_fetch?: boolean;
  /** A plan may open it without being asked. */
  auto_open: boolean;
  /** No open window holds it. */
  asleep: boolean;
}

/** The state that a plan is made from: hosts, services and live windows. */
export interface PlanningContext {
  /** Every host that has a catalog. */
  hosts: string[];
  services: KnownService[];
  windows: WindowView[];
  /** The principals of their owners, by window; those of which only the name is known are left out. */
  owners: ReadonlyMap<string, string>;
  /** What can be checked, by host. */
  suites: HostSuites[];
}

export function planningContextOf(
  catalogs: readonly Catalog[],
  live: readonly WindowView[],
  owners: ReadonlyMap<string, string> = new Map(),
): PlanningContext {
  const windows = live.filter((view) => !hasEnded(view));
  const open = windows.filter(({ state }) => state === 'open');
  const services = catalogs.flatMap(({ host, services: entries }) => {
    const byName = new Map(entries.map((entry) => [entry.name, entry]));
    return entries.map((entry) => ({
      name: entry.name,
      host,
      tier: entry.tier,
      default_ttl_ms: entry.default_ttl_ms,
      max_ttl_ms: entry.max_ttl_ms,
      start_timeout_ms: entry.start_timeout_ms,
      waits_for_job: startOrder([entry.name], byName).some(
        (name) => name !== entry.name && byName.get(name)?.one_shot === true,
      ),
      stop_grace_ms: entry.stop_grace_ms,
      may_fetch: (entry.image_source?.policy ?? 'never') !== 'never',
      auto_open: entry.auto_open ?? true,
      asleep:
        entry.tier === 'window' &&
        !open.some((view) => view.host === host && view.members.includes(entry.name)),
    }));
  });
  const suites = catalogs.map((catalog) => ({ host: catalog.host, suites: catalog.suites }));
  return { hosts: catalogs.map(({ host }) => host), services, windows, owners, suites };
}

/** The service that carries out a step type; null if it needs none. */
export function roleOf(type: StepType): string | null {
  return roles[type] ?? null;
}

const roles: Partial<Record<StepType, string>> = {
  CALL_SWITCH: 'switch',
  CALL_HERMES: 'hermes',
  CALL_SHUB: 'shubniggurath',
  CALL_MANIFESTATOR: 'manifestator',
  CALL_HORMIGUERO: 'hormiguero',
  SPAWN: 'spawner',
};

/** The names of the services that windows can open. */
export const openable = (context: PlanningContext): string[] => [
  ...new Set(context.services.filter(({ tier }) => tier === 'window').map(({ name }) => name)),
];

/** The services, hosts and suites that a sentence can name. */
export interface Vocabulary {
  services: ReadonlySet<string>;
  hosts: ReadonlySet<string>;
  /** Suites, and services that declare checks; none by default. */
  checked?: ReadonlySet<string>;
}

export const vocabularyOf = ({ hosts, services, suites }: PlanningContext): Vocabulary => ({
  hosts: new Set(hosts),
  services: new Set(services.map(({ name }) => name)),
  checked: new Set(
    suites
      .flatMap((one) => one.suites ?? [])
      .flatMap(({ name, declared }) => (declared ? name : [])),
  ),
});
