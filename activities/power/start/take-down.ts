import { catalogDefaults } from '../../../domain/services/catalog.ts';
import type { StoppedBy } from '../../../contracts/service.ts';
import { bringDown } from './start-container.ts';
import { containersOf } from '../host/containers.ts';
import { releaseContainers, noteMissing, outOfReach } from '../host/held.ts';
import { lockOf, type PowerHost, type Cause } from '../host/host.ts';

/** The result of stopping a service. */
export type DownResult = 'stopped' | 'was_down' | 'kept';

/**
 * Runs work on services in stop order: each after the services of the same set that depend on it, even if their work
 * failed; otherwise in parallel.
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
 * Stops services that no live lease holds, each under its lock, so that an opening and a closing window cannot
 * conflict: the leases at that moment decide.
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
 * Stops every container of a service, in whichever project it was started, and removes the guard's file. The caller
 * holds the service's lock and has seen no live lease.
 * @returns false if all were already down
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
  // the guard on the unreachable Engine may still need the file
  if (outOfReach(power, name).length > 0)
    await power.guardFiles.write(name, [{ deadline: power.clock() }], maxTtl(power, name));
  else await power.guardFiles.remove(name);
  await releaseContainers(power, name);
  return stopped;
}

export function maxTtl(power: PowerHost, name: string): number {
  const service = power.catalog.known()?.services.find((known) => known.name === name);
  return service?.max_ttl_ms ?? catalogDefaults.max_ttl_ms;
}
