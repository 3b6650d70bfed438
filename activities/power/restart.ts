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

/** What one try may take beyond the service's own times: its turn, the Engine's answers. */
const marginMs = 60_000;

/** What a restart is about, and how long one try of it may take. Throws `window_not_open`. */
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
 * Stops and starts each container that has not started since the look, and waits until all are ready; whoever tries it
 * again interrupts nothing. The Engine's instants are only compared with each other, since hosts' clocks differ.
 * Throws `window_not_open`, `service_not_ready`.
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
    const now = await lookAgain(power, before);
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
  // one that went down with its window is no fault of its own
  await heldService(power, request, true);
  if (!result.ready)
    throw ApplicationFailure.nonRetryable(result.failure.detail, 'service_not_ready');
  await tellRestarted(power, name, result.facts, cause);
  await restartFollowers(power, name, cause);
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);

/** The service's own time to stop, and that of what is restarted after it; with `pre_stop` hooks they have it twice. */
const stopMs = (power: PowerHost, { name }: CatalogService): number =>
  (power.catalog.known()?.services ?? [])
    .filter((other) => other.name === name || followed(other).includes(name))
    .reduce(
      (sum, { stop_grace_ms, at_start }) =>
        sum + stop_grace_ms * (at_start?.includes('pre_stop') ? 2 : 1),
      0,
    );

/** Starts what a restart that does not go on has stopped; it is not waited for. */
export async function startAgain(
  power: PowerHost,
  request: Restart,
  before: readonly BeforeRestart[],
): Promise<void> {
  const { service: name } = request;
  await power.lock.run(lockOf(name), async () => {
    await power.leases.refresh();
    if (power.leases.live(name).length === 0) return;
    const stopped = (await lookAgain(power, before))
      .filter(({ stale, was, facts }) => stale && was.up && !isUp(facts.state))
      .map(({ facts }) => facts);
    if (stopped.length === 0) return;
    const service = power.catalog.known()?.services.find((known) => known.name === name);
    if (service === undefined) return;
    await startAll(power, service, stopped);
    const facts = await power.engine.inspect(stopped[0]!.id);
    if (facts !== null) await tellRestarted(power, name, facts, causeOf(request));
  });
}

interface Again {
  was: BeforeRestart;
  facts: ContainerFacts;
  /** It has not started since. */
  stale: boolean;
}

/** What is still there of the containers, as it is now. */
async function lookAgain(power: PowerHost, before: readonly BeforeRestart[]): Promise<Again[]> {
  const now = await Promise.all(before.map(({ id }) => power.engine.inspect(id)));
  return before.flatMap((was, at) => {
    const facts = now[at] ?? null;
    return facts === null ? [] : [{ was, facts, stale: facts.started_at === was.started_at }];
  });
}

/** The caller holds the service's lock, and has seen a lease of it. */
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
      // what its check said before counts no more, also where the event of its end comes late
      power.proved.delete(id);
      return startContainer(power, service, { id, state: 'exited' });
    }),
  );
}

/** The service, for as long as the window holds it, or any where none is named. @param restarted for who is told */
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

async function tellRestarted(
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
