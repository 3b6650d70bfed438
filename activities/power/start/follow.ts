import type { CatalogService } from '../../../contracts/service.ts';
import { followed, isBehind } from '../../../domain/services/follow.ts';
import { isUp } from '../../../domain/services/settle.ts';
import type { ContainerFacts } from '../../engine/container-facts.ts';
import { afterStart, bringDown, remake, startContainer } from './start-container.ts';
import { allDone } from '../../../platform/concurrency/all-done.ts';
import { containersOf } from '../host/containers.ts';
import { maxTtl } from './take-down.ts';
import { hostEvent, lockOf, type PowerHost, type Cause } from '../host/host.ts';

/**
 * Restarts the services that follow a restarted one: those that share a namespace of its container, those whose
 * `depends_on` says `restart`, and in turn their followers.
 */
export async function restartFollowers(
  power: PowerHost,
  leader: string,
  cause: Cause,
): Promise<void> {
  const followers = (power.catalog.known()?.services ?? []).filter(
    (service) =>
      followed(service).includes(leader) &&
      isUp(power.seen.get(service.name).state) &&
      power.leases.live(service.name).length > 0,
  );
  for (const service of followers) {
    const fresh = await power.lock.run(lockOf(service.name), () => follow(power, service, cause));
    if (fresh.length === 0) continue;
    runHooksBeside(power, service, fresh);
    await restartFollowers(power, service.name, cause);
  }
}

/**
 * Whether the service may still use an earlier run of one that it follows, from the last observations, without an
 * Engine call.
 */
export const seemsBehind = (power: PowerHost, service: CatalogService): boolean =>
  followed(service).some((leader) =>
    isBehind(power.seen.get(service.name).started_at, power.seen.get(leader).started_at),
  );

/**
 * Runs the `post_start` hooks of containers that were restarted inside a window. No deadline or other work waits for
 * them.
 */
export function runHooksBeside(
  power: PowerHost,
  service: CatalogService,
  ids: readonly string[],
): void {
  afterStart(power, service, ids).catch((error: unknown) => {
    power.log.warn({ err: error, service: service.name }, 'a post_start hook failed');
    const note = error instanceof Error ? error.message : String(error);
    return power.seen.see(service.name, { note });
  });
}

/**
 * Restarts the service's containers that started before one that it follows. The caller holds its lock.
 * @returns the started containers whose hooks have not run yet
 */
export async function follow(
  power: PowerHost,
  service: CatalogService,
  cause: Cause,
): Promise<string[]> {
  const { name } = service;
  await power.leases.refresh();
  const live = power.leases.live(name);
  if (live.length === 0) return [];
  const mine = await upOf(power, name);
  for (const leader of followed(service)) {
    const theirs = await upOf(power, leader);
    const newest = Math.max(0, ...theirs.map(({ started_at }) => started_at ?? 0));
    const behind = mine.filter(({ started_at }) => isBehind(started_at, newest));
    if (behind.length === 0) continue;
    await bringDown(power, name, behind, 'settle_loop', cause);
    await power.guardFiles.write(name, live, maxTtl(power, name));
    const ids = new Set(theirs.map(({ id }) => id));
    const fresh = await allDone(behind.map((one) => startAgain(power, service, one, ids)));
    await reportFollowed(power, service, leader, fresh, cause);
    return fresh;
  }
  // it is not behind: the observed start time was out of date
  const [first] = mine;
  if (first !== undefined) await power.seen.see(name, { started_at: first.started_at });
  return [];
}

async function upOf(power: PowerHost, name: string): Promise<ContainerFacts[]> {
  const found = await containersOf(power, name);
  const facts = await Promise.all(found.map(({ id }) => power.engine.inspect(id)));
  return facts.filter((one) => one !== null && isUp(one.state)) as ContainerFacts[];
}

/**
 * @param leaders ids of the leader's containers; a container that shares a namespace of one that is gone is recreated
 */
async function startAgain(
  power: PowerHost,
  service: CatalogService,
  { id, name, joined }: ContainerFacts,
  leaders: ReadonlySet<string>,
): Promise<string> {
  power.proved.delete(id);
  const isLost = await lost(power, joined, leaders);
  const fresh = isLost ? await remake(power, service.name, { id, name }) : null;
  const container = fresh ?? { id, state: 'exited' as const };
  await startContainer(power, service, container);
  return container.id;
}

/** Whether a container whose namespace it shares is gone. */
async function lost(
  power: PowerHost,
  joined: readonly string[],
  leaders: ReadonlySet<string>,
): Promise<boolean> {
  const others = joined.filter((id) => !leaders.has(id));
  const facts = await Promise.all(others.map((id) => power.engine.inspect(id)));
  return facts.includes(null);
}

async function reportFollowed(
  power: PowerHost,
  service: CatalogService,
  leader: string,
  [id]: string[],
  cause: Cause,
): Promise<void> {
  const facts = id === undefined ? null : await power.engine.inspect(id);
  if (facts === null) return;
  const edge = service.depends_on.find((one) => one.service === leader);
  const why = edge?.shares_namespace ? 'it lives in a namespace of it' : 'depends_on says restart';
  const { actor, ...ids } = cause;
  const payload = { because: `${leader} was started again, and ${why}` };
  const { name, state, health, started_at } = facts;
  await power.seen.see(
    service.name,
    { container_id: facts.id, container_name: name, state, health, started_at, note: null },
    [hostEvent(power, 'service.restarted', actor, { ...ids, service: service.name, payload })],
  );
}
