import { isUp } from '../../domain/services/settle.ts';
import { findContainers } from './host/containers.ts';
import type { PowerHost } from './host/host.ts';
import type { Seen } from './host/observations.ts';

/**
 * Loads the catalog and earlier observations. Services that already run when VX11 first meets a stack are left
 * running and reported, so that trying VX11 out stops nobody's database.
 * @param takenOver another installation managed the stack until now: what it left running is not a stray
 * @returns false while there is no stack yet
 * @throws while the Engine or the store cannot be read; until this succeeds, nothing may be stopped as a stray
 */
export async function adoptStack(power: PowerHost, takenOver = false): Promise<boolean> {
  const before = await power.store.services.catalogOf(power.host);
  await power.seen.load();
  await power.leases.refresh();
  const catalog = await power.catalog.current();
  if (catalog.project === '') return false;
  // a catalog without observations was read while the Engine was unavailable: the stack is not adopted yet
  if (!takenOver && before?.project === catalog.project && power.seen.all().length > 0) return true;
  const containers = await findContainers(power);
  const running = catalog.services.flatMap(({ name, tier }): Seen[] => {
    const container = containers.get(name)?.find(({ state }) => isUp(state));
    if (tier !== 'window' || container === undefined) return [];
    if (power.leases.live(name).length > 0) return [];
    return [{ name, tolerated: true, state: container.state, container_id: container.id }];
  });
  // in one transaction: a single row marks the stack as adopted, so a crash in between would make the others strays
  await power.seen.seeAll(running);
  return true;
}
