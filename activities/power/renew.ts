import { isUp } from '../../domain/services/settle.ts';
import { ComposeError } from '../compose/compose.ts';
import { atHome, findContainers } from './host/containers.ts';
import type { Cause, PowerHost } from './host/host.ts';
import { recreateServices } from './recreate.ts';
import { isOutdated } from './start/outdated.ts';

/**
 * Creates the containers of running services again that were made from an older definition, or that have one of these files
 * mounted, and starts what a window holds. What Compose cannot create is removed, so that nothing old is started: the reconcile
 * loop and the next opening then say why.
 * @param paths absolute
 * @throws EngineError
 */
export async function renewContainers(
  power: PowerHost,
  paths: readonly string[],
  cause: Cause,
): Promise<void> {
  const { services } = await power.catalog.current();
  const found = await findContainers(power);
  const mine = services.filter(({ tier, problem }) => tier === 'window' && problem === undefined);
  const up = mine.flatMap((service) =>
    atHome(power, service.name, found.get(service.name) ?? [])
      .filter(({ state }) => isUp(state))
      .map((container) => ({ service, container })),
  );
  const flags = await Promise.all(
    up.map(
      async ({ service, container }) =>
        isOutdated(power, service, container, () => undefined) || uses(power, container.id, paths),
    ),
  );
  const containers = up.filter((_, at) => flags[at]).map(({ container }) => container);
  const names = [...new Set(containers.map(({ service }) => service))];
  try {
    const ids = new Set(containers.map(({ id }) => id));
    await recreateServices(power, names, ({ id }) => ids.has(id), cause);
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    power.log.warn({ err: error, services: names }, 'not created again; removing them');
    for (const { id } of containers) await power.engine.remove(id);
  }
}

async function uses(power: PowerHost, id: string, paths: readonly string[]): Promise<boolean> {
  const facts = await power.engine.inspect(id);
  const bound = facts?.bound ?? [];
  return bound.some((source) =>
    paths.some((path) => path === source || path.startsWith(`${source}/`)),
  );
}
