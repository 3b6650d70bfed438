import type { StoppedBy } from '../../contracts/service.ts';
import { findContainer, bringDown, type Cause } from './bring.ts';
import type { PowerHost } from './host.ts';

/** What became of a service that was asked to go down. */
export type DownResult = 'stopped' | 'was_down' | 'kept';

/**
 * Takes services down that no live lease holds any more, each under its lock, so that an opening window and a closing
 * one cannot cross: the leases decide at the moment of acting.
 */
export async function settleDown(
  power: PowerHost,
  services: string[],
  by: StoppedBy,
  cause: Cause,
): Promise<Map<string, DownResult>> {
  const results = new Map<string, DownResult>();
  await Promise.all(
    services.map((name) =>
      power.lock.run(name, async () => {
        await power.leases.refresh();
        const live = power.leases.live(name);
        if (live.length > 0) {
          await power.guardFiles.write(name, live, maxTtl(power, name));
          results.set(name, 'kept');
          return;
        }
        const container = await findContainer(power, name);
        const stopped = await bringDown(power, name, container, by, cause);
        await power.guardFiles.remove(name);
        results.set(name, stopped ? 'stopped' : 'was_down');
      }),
    ),
  );
  return results;
}

export function maxTtl(power: PowerHost, name: string): number {
  const service = power.catalog.known()?.services.find((known) => known.name === name);
  return service?.max_ttl_ms ?? 4 * 3_600_000;
}
