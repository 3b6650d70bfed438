import type { StepType } from '../../contracts/plan.ts';
import type { Catalog, ServiceTier } from '../../contracts/service.ts';
import type { WindowView } from '../../contracts/window.ts';
import { startOrder } from '../services/start-order.ts';
import { hasEnded } from '../windows/window.ts';

/** One service of one host, as far as a plan has to know it. */
export interface KnownService {
  name: string;
  host: string;
  tier: ServiceTier;
  default_ttl_ms: number;
  max_ttl_ms: number;
  start_timeout_ms: number;
  /** It starts only after a job has ended, which has no limit of its own. */
  waits_for_job: boolean;
  stop_grace_ms: number;
  /** Its image may have to be pulled or built before it starts, which takes as long as it takes. */
  may_fetch?: boolean;
  /** A plan may open it on its own. */
  auto_open: boolean;
  /** No open window holds it. */
  asleep: boolean;
}

/** What there is when a plan is made: services, and the windows that are live. */
export interface PlanningContext {
  /** Every host that has told what it may run. */
  hosts: string[];
  services: KnownService[];
  windows: WindowView[];
  /** The principals of their owners, by window; those of which only the name is known are left out. */
  owners: ReadonlyMap<string, string>;
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
  return { hosts: catalogs.map(({ host }) => host), services, windows, owners };
}

/** The service whose work a step is; null where it needs none. */
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

/** The names that may be opened. */
export const openable = (world: PlanningContext): string[] => [
  ...new Set(world.services.filter(({ tier }) => tier === 'window').map(({ name }) => name)),
];

/** What can be named: services and hosts. */
/** The services and hosts that a sentence can name. */
export interface Vocabulary {
  services: ReadonlySet<string>;
  hosts: ReadonlySet<string>;
}

export const vocabularyOf = ({ hosts, services }: PlanningContext): Vocabulary => ({
  hosts: new Set(hosts),
  services: new Set(services.map(({ name }) => name)),
});
