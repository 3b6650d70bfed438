import type { CatalogService } from '../../../contracts/service.ts';
import { containerFacts, labelOf } from '../../../domain/drift/compact.ts';
import type { ContainerOf } from '../../compose/definitions.ts';
import { readEngine } from '../../engine/engine-state.ts';
import { readoutOf } from '../../compose/readout.ts';
import type { ContainerSummary } from '../../engine/engine.ts';
import type { PowerHost } from '../host/host.ts';
import { isOutdated } from './outdated.ts';

/**
 * Remembers which outdated containers are as the files say all the same: another release of Compose made them, or the files say
 * it in other words. They are no reason to create new ones, which would lose what only the old ones have. What the comparison does
 * not see has to be as it was in their own definition; if nobody has read that one, there has to be nothing of the kind.
 */
export async function noteRespelled(
  power: PowerHost,
  services: readonly CatalogService[],
  containers: ReadonlyMap<string, readonly ContainerSummary[]>,
  containerOf: ContainerOf,
): Promise<void> {
  const reading = power.catalog.reading();
  const catalog = power.catalog.known();
  if (reading === null || catalog === null) return;
  const { project, services: all } = catalog;
  const definitions = await power.definitions.learn(project, all, reading, containerOf);
  const doubtful = services.filter((service) =>
    (containers.get(service.name) ?? []).some((one) =>
      isOutdated(power, service, one, containerOf),
    ),
  );
  if (doubtful.length === 0) return;
  const references = doubtful.flatMap(({ image_source }) => image_source?.ref ?? []);
  const state = await readEngine(power.engine.docker, project, references).catch(
    (error: unknown) => {
      // then they count as outdated
      power.log.warn({ err: error }, 'outdated containers could not be compared with the files');
      return null;
    },
  );
  if (state === null) return;
  const there = new Set(state.containers.map(({ Id }) => Id));
  for (const id of power.respelled.keys()) if (!there.has(id)) power.respelled.delete(id);
  const readout = readoutOf(project, all, reading, state);
  for (const { name, config_hash, image_source } of doubtful) {
    const declared = readout.declared.services[name] ?? {};
    const hash = reading.hashesOf(name, containerOf)[0] ?? config_hash;
    for (const one of state.containers.filter((own) => labelOf(own, 'service') === name)) {
      const facts = containerFacts(name, declared, one, readout, {
        hashesOf: () => [hash],
        seal: (value) => value,
        release: null,
        unseen: { now: definitions.now(name), of: definitions.of },
        files: '',
      });
      const isAlike =
        facts.differences.length === 0 &&
        facts.gone_networks.length === 0 &&
        facts.image.reference === image_source?.ref &&
        facts.unproved.length === 0;
      if (isAlike) power.respelled.set(one.Id, hash);
    }
  }
}
