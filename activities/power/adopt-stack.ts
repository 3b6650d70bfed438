import { isUp } from '../../domain/services/settle.ts';
import { findContainers } from './host/containers.ts';
import type { PowerHost } from './host/host.ts';
import type { Seen } from './host/observations.ts';

/**
 * Reads the catalog and what was seen before. What runs already when VX11 meets a stack for the first time is left
 * alone, and told: nobody's database goes down because they tried us out.
 * @param anew the stack was another installation's until now: what that left running is nobody's stray
 * @returns false while there is no stack to meet yet
 * @throws while the Engine or the store cannot be read; until it has succeeded, nothing may be ended as a stray
 */
export async function adoptStack(power: PowerHost, anew = false): Promise<boolean> {
  const before = await power.store.services.catalogOf(power.host);
  await power.seen.load();
  await power.leases.refresh();
  const catalog = await power.catalog.current();
  if (catalog.project === '') return false;
  // a catalog alone is no meeting: it was read while the Engine was away
  if (!anew && before?.project === catalog.project && power.seen.all().length > 0) return true;
  const containers = await findContainers(power);
  const running = catalog.services.flatMap(({ name, tier }): Seen[] => {
    const container = containers.get(name)?.find(({ state }) => isUp(state));
    if (tier !== 'window' || container === undefined) return [];
    if (power.leases.live(name).length > 0) return [];
    return [{ name, tolerated: true, state: container.state, container_id: container.id }];
  });
  // one row of them makes a stack one that was met before: a crash in between would leave the others strays
  await power.seen.seeAll(running);
  return true;
}
