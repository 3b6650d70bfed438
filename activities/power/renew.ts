import { isUp } from '../../domain/services/settle.ts';
import { ComposeError } from '../compose/compose.ts';
import type { ContainerSummary } from '../engine/engine.ts';
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
  const isOld = async (one: ContainerSummary): Promise<boolean> => {
    if (!isUp(one.state)) return false;
    const service = services.find(({ name }) => name === one.service);
    if (service === undefined) return false;
    return isOutdated(power, service, one, () => undefined) || uses(power, one.id, paths);
  };
  const found = await findContainers(power);
  const old = new Map<string, ContainerSummary[]>();
  for (const { name, tier, problem } of services) {
    if (tier !== 'window' || problem !== undefined) continue;
    const own = atHome(power, name, found.get(name) ?? []);
    const flags = await Promise.all(own.map(isOld));
    if (flags.includes(true))
      old.set(
        name,
        own.filter((_, at) => flags[at]),
      );
  }
  try {
    const ids = new Set([...old.values()].flat().map(({ id }) => id));
    await recreateServices(power, [...old.keys()], ({ id }) => ids.has(id), cause);
  } catch (error) {
    if (!(error instanceof ComposeError)) throw error;
    power.log.warn({ err: error, services: [...old.keys()] }, 'not created again; removing them');
    for (const { id } of [...old.values()].flat()) await power.engine.remove(id);
  }
}

async function uses(power: PowerHost, id: string, paths: readonly string[]): Promise<boolean> {
  const facts = await power.engine.inspect(id);
  const bound = facts?.bound ?? [];
  return bound.some((source) =>
    paths.some((path) => path === source || path.startsWith(`${source}/`)),
  );
}
