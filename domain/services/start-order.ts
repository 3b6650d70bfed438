import type { CatalogService } from '../../contracts/service.ts';

/**
 * The services and their window-tier dependencies, optional ones included; dependencies first. Services of other tiers
 * are left out, since a window does not start them. Compose has already rejected cycles.
 */
export function startOrder(
  services: readonly string[],
  catalog: ReadonlyMap<string, CatalogService>,
): string[] {
  const order = new Set<string>();
  const add = (name: string): void => {
    const service = catalog.get(name);
    if (service === undefined || service.tier !== 'window' || order.has(name)) return;
    for (const dependency of service.depends_on) add(dependency.service);
    order.add(name);
  };
  services.forEach(add);
  return [...order];
}

/** The service and all its dependencies, direct or not, of any tier and condition. */
export function withDependencies(
  service: string,
  catalog: readonly Pick<CatalogService, 'name' | 'depends_on'>[],
): string[] {
  const all = new Set<string>();
  const add = (name: string): void => {
    if (all.has(name)) return;
    all.add(name);
    catalog.find((one) => one.name === name)?.depends_on.forEach((one) => add(one.service));
  };
  add(service);
  return [...all];
}

/** What a service has to reach before its window is open or before a dependent service starts. */
export type Goal = 'ready' | 'healthy' | 'done';

type Condition = CatalogService['depends_on'][number]['condition'];

/** What a condition requires of a running dependency; null: nothing more. */
export const goalOf: Readonly<Record<Condition, Goal | null>> = {
  service_started: null,
  service_healthy: 'healthy',
  service_completed_successfully: 'done',
};

/**
 * The goals of each service in one opening: `ready` if it was requested itself, and what the services that depend on it
 * wait for.
 */
export function goalsOf(
  services: readonly CatalogService[],
  wanted: ReadonlySet<string>,
): Map<string, Set<Goal>> {
  const goals = new Map(
    services.map(({ name }) => [name, new Set<Goal>(wanted.has(name) ? ['ready'] : [])]),
  );
  for (const { depends_on } of services) {
    for (const { service, condition } of depends_on) {
      const goal = goalOf[condition];
      if (goal !== null) goals.get(service)?.add(goal);
    }
  }
  return goals;
}
