import type { CatalogService } from '../contracts/service.ts';

/**
 * The services with everything of the window tier that they depend on, dependencies first.
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
    for (const dependency of service.depends_on) {
      if (dependency.required) add(dependency.service);
    }
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
