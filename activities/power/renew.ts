import type { CatalogService } from '../../contracts/service.ts';
import { isUp } from '../../domain/services/settle.ts';
import { allDone } from '../../platform/concurrency/all-done.ts';
import type { ContainerFacts } from '../engine/container-facts.ts';
import type { ContainerSummary } from '../engine/engine.ts';
import { atHome, findContainers } from './host/containers.ts';
import { lockOf, type Cause, type PowerHost } from './host/host.ts';
import { isOutdated } from './start/outdated.ts';
import { bringDown } from './start/start-container.ts';

/**
 * Stops and removes the containers of running services that were made from an older definition, or that have one of these
 * files mounted. What a window holds comes back as the files say now: the reconcile loop creates it, or the next opening.
 * @param paths absolute
 */
export async function renewContainers(
  power: PowerHost,
  paths: readonly string[],
  cause: Cause,
): Promise<void> {
  const { services } = await power.catalog.current();
  const found = await findContainers(power);
  const work = services.map((service) =>
    renewService(power, service, found.get(service.name) ?? [], paths, cause),
  );
  await allDone(work);
}

async function renewService(
  power: PowerHost,
  service: CatalogService,
  found: readonly ContainerSummary[],
  paths: readonly string[],
  cause: Cause,
): Promise<void> {
  if (service.tier !== 'window' || service.problem !== undefined) return;
  const { name } = service;
  await power.lock.run(lockOf(name), async () => {
    const up = atHome(power, name, found).filter(({ state }) => isUp(state));
    const facts = await Promise.all(up.map(({ id }) => power.engine.inspect(id)));
    const old = up.filter(
      (container, at) =>
        isOutdated(power, service, container, () => undefined) || uses(facts[at], paths),
    );
    if (old.length === 0) return;
    await bringDown(power, name, old, 'window', cause);
    for (const { id } of old) await power.engine.remove(id);
  });
}

const uses = (facts: ContainerFacts | null | undefined, paths: readonly string[]): boolean =>
  facts?.bound.some((source) =>
    paths.some((path) => path === source || path.startsWith(`${source}/`)),
  ) === true;
