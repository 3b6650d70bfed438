import { isUp } from '../../domain/settle.ts';
import { findContainers } from './bring.ts';
import type { PowerHost } from './host.ts';

/**
 * Reads the catalog and what was seen before. What runs already when VX11 meets a stack for the first time is left
 * alone, and told: nobody's database goes down because they tried us out.
 */
export async function meetStack(power: PowerHost): Promise<void> {
  const before = await power.store.services.catalogOf(power.host);
  await power.seen.load();
  await power.leases.refresh();
  const catalog = await power.catalog.current();
  if (before?.project === catalog.project || catalog.project === '') return;
  const containers = await findContainers(power);
  for (const { name, tier } of catalog.services) {
    const container = containers.get(name);
    if (tier !== 'window' || container === undefined || !isUp(container.state)) continue;
    if (power.leases.live(name).length > 0) continue;
    await power.seen.see(name, {
      tolerated: true,
      state: container.state,
      container_id: container.id,
    });
  }
}
