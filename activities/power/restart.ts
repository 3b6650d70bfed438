import { ApplicationFailure } from '@temporalio/activity';
import type { CatalogService } from '../../contracts/service.ts';
import { followed } from '../../domain/services/follow.ts';
import { containersToKeep } from '../../domain/services/replicas.ts';
import { isUp } from '../../domain/services/settle.ts';
import type { ContainerFacts } from '../engine/container-facts.ts';
import { isUnavailable } from '../engine/engine-error.ts';
import { afterStart, bringDown, startContainer } from './start/start-container.ts';
import { allDone } from '../../platform/concurrency/all-done.ts';
import { atHome, containersOf } from './host/containers.ts';
import { maxTtl } from './start/take-down.ts';
import { restartFollowers } from './start/follow.ts';
import { hostEvent, lockOf, type PowerHost, type Cause } from './host/host.ts';
import type { BeforeRestart, Restart, RestartOrder } from './power-activities.ts';
import { allReady, startLimitMs } from './start/readiness.ts';

/** Extra time of one attempt, for waiting on the lock and for Engine calls. */
const marginMs = 60_000;

/** Returns the containers to restart and the time limit of one attempt. @throws `window_not_open` */
export async function lookBeforeRestart(power: PowerHost, request: Restart): Promise<RestartOrder> {
  const service = await heldService(power, request, false);
  const containers = atHome(power, service.name, await containersOf(power, service.name));
  const kept = containersToKeep(containers, service.replicas);
  const found = await Promise.all(kept.map(({ id }) => power.engine.inspect(id)));
  const facts = found.filter((one) => one !== null);
  const limitMs = Math.max(...[null, ...facts].map((one) => startLimitMs(service, one)));
  return {
    containers: facts.map(({ id, state, started_at }) => ({ id, up: isUp(state), started_at })),
    limit_ms: limitMs + stopMs(power, service) + marginMs,
  };
}

/**
 * Stops and starts each container that has not started since `before`, and waits until all are ready. A retry
 * interrupts no container that was already restarted. The Engine's times are only compared with each other, since
 * clocks of hosts differ.
 * @throws `window_not_open`, `service_not_ready`
 */
export async function restartContainers(
  power: PowerHost,
  request: Restart,
  before: readonly BeforeRestart[],
  signal: AbortSignal,
): Promise<void> {
  const { service: name } = request;
  const cause = causeOf(request);
  const { service, containers } = await power.lock.run(lockOf(name), async () => {
    const now = await currentState(power, before);
    const due = now.filter(({ stale }) => stale).map(({ facts }) => facts);
    const held = await heldService(power, request, due.length < now.length);
    await bringDown(power, name, due, 'window', cause);
    await startAll(power, held, due);
    return { service: held, containers: now.map(({ facts }) => facts) };
  });
  if (containers.length === 0) return;
  const ids = containers.map(({ id }) => id);
  const result = await afterStart(power, service, ids, signal).then(
    () => allReady(power, service, containers, { goal: 'ready', signal }),
    (error: unknown) => {
      signal.throwIfAborted();
      if (isUnavailable(error)) throw error;
      throw ApplicationFailure.nonRetryable(messageOf(error), 'service_not_ready');
    },
  );
  // if its window ended meanwhile, that is the reason, not the service
  await heldService(power, request, true);
  if (!result.ready)
    throw ApplicationFailure.nonRetryable(result.failure.detail, 'service_not_ready');
  await reportRestarted(power, name, result.facts, cause);
  await restartFollowers(power, name, cause);
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/**
 * Time to stop the service and the services that are restarted after it. `pre_stop` hooks double a service's time.
 */
const stopMs = (power: PowerHost, { name }: CatalogService): number =>
  (power.catalog.known()?.services ?? [])
    .filter((other) => other.name === name || followed(other).includes(name))
    .reduce(
      (sum, { stop_grace_ms, at_start }) =>
        sum + stop_grace_ms * (at_start?.includes('pre_stop') ? 2 : 1),
      0,
    );

/** Starts the containers that an abandoned restart has stopped, without waiting until they are ready. */
export async function startAgain(
  power: PowerHost,
  request: Restart,
  before: readonly BeforeRestart[],
): Promise<void> {
  const { service: name } = request;
  await power.lock.run(lockOf(name), async () => {
    await power.leases.refresh();
    if (power.leases.live(name).length === 0) return;
    const stopped = (await currentState(power, before))
      .filter(({ stale, was, facts }) => stale && was.up && !isUp(facts.state))
      .map(({ facts }) => facts);
    if (stopped.length === 0) return;
    const service = power.catalog.known()?.services.find((known) => known.name === name);
    if (service === undefined) return;
    await startAll(power, service, stopped);
    const facts = await power.engine.inspect(stopped[0]!.id);
    if (facts !== null) await reportRestarted(power, name, facts, causeOf(request));
  });
}

interface Again {
  was: BeforeRestart;
  facts: ContainerFacts;
  /** It has not started since the record. */
  stale: boolean;
}

/** The current state of those containers that still exist. */
async function currentState(power: PowerHost, before: readonly BeforeRestart[]): Promise<Again[]> {
  const now = await Promise.all(before.map(({ id }) => power.engine.inspect(id)));
  return before.flatMap((was, at) => {
    const facts = now[at] ?? null;
    return facts === null ? [] : [{ was, facts, stale: facts.started_at === was.started_at }];
  });
}

/** The caller holds the service's lock and has checked that it is leased. */
async function startAll(
  power: PowerHost,
  service: CatalogService,
  containers: readonly ContainerFacts[],
): Promise<void> {
  if (containers.length === 0) return;
  const { name } = service;
  await power.guardFiles.write(name, power.leases.live(name), maxTtl(power, name));
  await allDone(
    containers.map(async ({ id }) => {
      // an earlier health check no longer counts, even if the event of the container's exit comes late
      power.proved.delete(id);
      return startContainer(power, service, { id, state: 'exited' });
    }),
  );
}

/**
 * Returns the service if the window holds it; without a window id, if any window does.
 * @param restarted whether it was already restarted, for the error text
 */
async function heldService(
  power: PowerHost,
  { service: name, window_id }: Restart,
  restarted: boolean,
): Promise<CatalogService> {
  const catalog = await power.catalog.current();
  const service = catalog.services.find((known) => known.name === name);
  await power.leases.refresh();
  const live = power.leases.live(name);
  const held =
    window_id === undefined ? live.length > 0 : live.some((lease) => lease.window_id === window_id);
  if (service !== undefined && held) return service;
  const missing =
    window_id === undefined
      ? `no window holds ${name}`
      : `${window_id} does not hold ${name} any more`;
  const so = restarted ? 'it was restarted before that' : 'nothing was restarted';
  throw ApplicationFailure.nonRetryable(`${missing}; ${so}`, 'window_not_open');
}

async function reportRestarted(
  power: PowerHost,
  name: string,
  { state, health, started_at }: ContainerFacts,
  { actor, ...ids }: Cause,
): Promise<void> {
  const event = hostEvent(power, 'service.restarted', actor, { ...ids, service: name });
  await power.seen.see(name, { state, health, started_at }, [event]);
}

const causeOf = ({ actor, correlation_id, window_id }: Restart): Cause => ({
  actor,
  correlation_id,
  ...(window_id === undefined ? {} : { window_id }),
});
