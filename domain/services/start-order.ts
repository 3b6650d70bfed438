import type { CatalogService } from '../../contracts/service.ts';

/**
 * The services with everything of the window tier that they depend on, dependencies first, also those that they could
 * do without.
 * What is of another tier runs already or is nothing that a window may start, so it is left out.
 * Compose has refused cycles before.
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

/** The service with all that it depends on, of whatever tier, and however it depends on it. */
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

/** What has to be true of a service before its window is open, or before another one may start. */
export type Goal = 'ready' | 'healthy' | 'done';

type Condition = CatalogService['depends_on'][number]['condition'];

/** What a condition asks of a dependency that runs already; null nothing more. */
export const goalOf: Readonly<Record<Condition, Goal | null>> = {
  service_started: null,
  service_healthy: 'healthy',
  service_completed_successfully: 'done',
};

/**
 * What each service of one opening has to reach: to be ready where it was asked for itself, and what those of the
 * others that depend on it wait for.
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
