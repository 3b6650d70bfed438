import type { CatalogService } from '../../../contracts/service.ts';
import type { ContainerOf } from '../../compose/definitions.ts';
import type { ContainerSummary } from '../../engine/engine.ts';
import type { PowerHost } from '../host/host.ts';

/** Was this container made from an older definition of its service than the files have now? */
export function isOutdated(
  power: PowerHost,
  { name, config_hash }: CatalogService,
  container: Pick<ContainerSummary, 'config_hash'>,
  containerOf: ContainerOf,
): boolean {
  // what shares with a service that has no container is told once that has one
  const found = power.catalog.reading()?.hashesOf(name, containerOf) ?? [];
  const expected = found.length > 0 ? found : [config_hash];
  return expected[0] !== '' && !expected.includes(container.config_hash ?? '');
}

/** Of several containers of a service, Compose lets others share with the first by name. */
export const firstOf =
  (containers: ReadonlyMap<string, readonly ContainerSummary[]>): ContainerOf =>
  (service) =>
    (containers.get(service) ?? []).toSorted((one, two) => (one.name < two.name ? -1 : 1))[0]?.id;
