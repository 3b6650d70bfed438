import { catalogDefaults } from '../../../domain/services/catalog.ts';
import type { StoppedBy } from '../../../contracts/service.ts';
import { bringDown } from './start-container.ts';
import { containersOf } from '../host/containers.ts';
import { letGo, noteMissing, outOfReach } from '../host/held.ts';
import { lockOf, type PowerHost, type Cause } from '../host/host.ts';

/** What became of a service that was asked to go down. */
export type DownResult = 'stopped' | 'was_down' | 'kept';

/**
 * Does work on services in the order in which they may go down: each after those of the same set that depend on it,
 * however their work ended, all others at the same time.
 */
export async function inStopOrder(
  power: PowerHost,
  services: readonly string[],
  work: (service: string) => Promise<void>,
): Promise<void> {
  const catalog = power.catalog.known()?.services ?? [];
  const dependentsOf = (name: string): string[] =>
    catalog
      .filter((known) => known.depends_on.some((dependency) => dependency.service === name))
      .map((known) => known.name);
  const done = new Map<string, Promise<void>>();
  const doneWith = (name: string): Promise<void> => {
    const known = done.get(name);
    if (known !== undefined) return known;
    const before = dependentsOf(name).filter((dependent) => services.includes(dependent));
    const mine = Promise.allSettled(before.map(doneWith)).then(() => work(name));
    done.set(name, mine);
    return mine;
  };
  const outcomes = await Promise.allSettled(services.map(doneWith));
  const broken = outcomes.find((outcome) => outcome.status === 'rejected');
  if (broken !== undefined) throw broken.reason;
}

/**
 * Takes services down that no live lease holds any more, each under its lock, so that an opening window and a closing
 * one cannot cross: the leases decide at the moment of acting.
 */
export async function takeDownUnheld(
  power: PowerHost,
  services: string[],
  by: StoppedBy,
  cause: Cause,
): Promise<Map<string, DownResult>> {
  const results = new Map<string, DownResult>();
  await inStopOrder(power, services, (name) =>
    power.lock.run(lockOf(name), async () => {
      await power.leases.refresh();
      const live = power.leases.live(name);
      if (live.length > 0) {
        await power.guardFiles.write(name, live, maxTtl(power, name));
        results.set(name, 'kept');
        return;
      }
      const stopped = await takeDown(power, name, by, cause);
      results.set(name, stopped ? 'stopped' : 'was_down');
    }),
  );
  return results;
}

/**
 * Takes every container of a service down, in whatever project it was started, and the guard's file away. The caller
 * holds the service's lock and has seen no live lease.
 * @returns false when all were down already
 */
export async function takeDown(
  power: PowerHost,
  name: string,
  by: StoppedBy,
  cause: Cause,
): Promise<boolean> {
  const containers = await containersOf(power, name);
  await noteMissing(power, name, containers);
  const stopped = await bringDown(power, name, containers, by, cause);
  // the guard of the Engine that has them may still read its file
  if (outOfReach(power, name).length > 0)
    await power.guardFiles.write(name, [{ deadline: power.clock() }], maxTtl(power, name));
  else await power.guardFiles.remove(name);
  await letGo(power, name);
  return stopped;
}

export function maxTtl(power: PowerHost, name: string): number {
  const service = power.catalog.known()?.services.find((known) => known.name === name);
  return service?.max_ttl_ms ?? catalogDefaults.max_ttl_ms;
}
