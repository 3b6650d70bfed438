import type { CatalogService } from '../../contracts/service.ts';
import type { ServiceFailure } from '../../contracts/window.ts';
import { isUp } from '../../domain/settle.ts';
import type { ContainerSummary } from '../engine/engine.ts';
import { findContainers } from './containers.ts';
import { serviceFailure } from './failure.ts';
import type { PowerHost } from './host.ts';

export interface Created {
  containers: Map<string, ContainerSummary[]>;
  failures: Map<string, ServiceFailure>;
}

/** Compose makes what is missing or outdated, in one call, or one by one where that call fails. */
export async function createMissing(
  power: PowerHost,
  services: CatalogService[],
): Promise<Created> {
  if (services.length === 0) return { containers: new Map(), failures: new Map() };
  const containers = await findContainers(power);
  const of = (name: string): ContainerSummary[] => containers.get(name) ?? [];
  const failures = new Map<string, ServiceFailure>();
  const runs = ({ name }: CatalogService): boolean => of(name).some(({ state }) => isUp(state));
  const isShort = ({ name, replicas }: CatalogService): boolean =>
    of(name).length < Math.max(1, replicas);
  const isOutdated = ({ name, config_hash }: CatalogService): boolean =>
    of(name).some((container) => container.config_hash !== config_hash);
  const make = async (missing: CatalogService[], existing?: 'keep'): Promise<void> => {
    const names = missing.map(({ name }) => name);
    if (names.length === 0) return;
    try {
      await power.compose.create(names, existing);
    } catch (error) {
      for (const name of names) {
        await power.compose.create([name], existing).catch((reason: unknown) => {
          failures.set(name, serviceFailure(name, names.length === 1 ? error : reason));
        });
      }
    }
  };
  const missing = services.filter((one) => isShort(one) || (isOutdated(one) && !runs(one)));
  if (missing.length === 0) return { containers, failures };
  await power.lock.run('compose', async () => {
    await make(missing.filter((one) => !runs(one)));
    // what runs is left as it is: another window may be using it
    await make(missing.filter(runs), 'keep');
  });
  return { containers: await findContainers(power), failures };
}
