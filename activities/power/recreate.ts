import type { CatalogService } from '../../contracts/service.ts';
import { isUp } from '../../domain/services/settle.ts';
import type { ContainerSummary } from '../engine/engine.ts';
import { ComposeError } from '../compose/compose.ts';
import { atHome, containersOf, findContainers } from './host/containers.ts';
import { holdContainers } from './host/held.ts';
import type { Cause, PowerHost } from './host/host.ts';
import { locked } from './start/create-containers.ts';
import { isOutdated } from './start/outdated.ts';
import { changedNetworks } from './start/stack-resources.ts';
import { runHooksBeside } from './start/follow.ts';
import { bringDown, startContainer } from './start/start-container.ts';
import { maxTtl } from './start/take-down.ts';

/**
 * Makes containers of these services again as the files say now, all of them together, and starts those that a window
 * holds. Anonymous volumes stay. What is as the files say already is left, so that a retry continues.
 * @param isDue which containers are made again even if they are as the files say
 * @throws ComposeError; EngineError
 */
export async function recreateServices(
  power: PowerHost,
  names: readonly string[],
  isDue: (container: ContainerSummary) => boolean | Promise<boolean>,
  cause: Cause,
): Promise<void> {
  const { services } = await power.catalog.current();
  const wanted = services.filter(
    ({ name, tier, problem }) => names.includes(name) && tier === 'window' && problem === undefined,
  );
  await locked(power, wanted, async () => {
    const found = await findContainers(power);
    const due: CatalogService[] = [];
    for (const service of wanted) {
      const own = atHome(power, service.name, found.get(service.name) ?? []);
      const old = await Promise.all(
        own.map(async (one) => isOutdated(power, service, one, () => undefined) || isDue(one)),
      );
      if (own.length > 0 && old.some(Boolean)) due.push(service);
      // one that an earlier try made and could not start yet
      else if (own.some(({ state }) => state === 'created')) await startHeld(power, service);
    }
    if (due.length === 0) return;
    for (const { name } of due)
      await bringDown(power, name, found.get(name) ?? [], 'window', cause);
    const { blocked, recreated } = await changedNetworks(power, due, found);
    if (blocked[0] !== undefined) throw new ComposeError(blocked[0].detail);
    const made = [...new Set([...due, ...recreated].map(({ name }) => name))];
    await power.lock.run('compose', () => power.compose.create(made, 'recreate'));
    for (const service of due) await startHeld(power, service);
  });
}

/** Starts what a window holds, in the same way as its opening did. */
async function startHeld(power: PowerHost, service: CatalogService): Promise<void> {
  const { name } = service;
  await power.leases.refresh();
  const live = power.leases.live(name);
  if (live.length === 0) return;
  const fresh = atHome(power, name, await containersOf(power, name));
  await holdContainers(power, name, fresh);
  await power.guardFiles.write(name, live, maxTtl(power, name));
  const idle = fresh.filter(({ state }) => !isUp(state));
  for (const one of idle) await startContainer(power, service, one);
  runHooksBeside(
    power,
    service,
    idle.map(({ id }) => id),
  );
}
