import type { CatalogService } from '../../../contracts/service.ts';
import type { ContainerOf } from '../../compose/definitions.ts';
import type { ContainerSummary } from '../../engine/engine.ts';
import type { PowerHost } from '../host/host.ts';

/** Whether this container was created from an older definition of its service than the files have now. */
export function isOutdated(
  power: PowerHost,
  { name, config_hash }: CatalogService,
  container: Pick<ContainerSummary, 'id' | 'config_hash'>,
  containerOf: ContainerOf,
): boolean {
  // if it shares with a service without containers, its hash is known only once that one has a container
  const found = power.catalog.reading()?.hashesOf(name, containerOf) ?? [];
  const expected = found.length > 0 ? found : [config_hash];
  if (expected[0] === '' || expected.includes(container.config_hash ?? '')) return false;
  return power.respelled.get(container.id) !== expected[0];
}

/** Of several containers of a service, Compose uses the first by name for sharing. */
export const firstOf =
  (containers: ReadonlyMap<string, readonly ContainerSummary[]>): ContainerOf =>
  (service) =>
    (containers.get(service) ?? []).toSorted((one, two) => (one.name < two.name ? -1 : 1))[0]?.id;
