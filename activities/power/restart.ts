import { ApplicationFailure } from '@temporalio/activity';
import type { CatalogService } from '../../contracts/service.ts';
import { keptUp } from '../../domain/replicas.ts';
import { isUp } from '../../domain/settle.ts';
import type { ContainerFacts } from '../engine/container-facts.ts';
import { allDone, bringDown, startContainer, type Cause } from './bring.ts';
import { atHome, containersOf } from './containers.ts';
import { maxTtl } from './converge.ts';
import { noteStarted } from './held.ts';
import { hostEvent, lockOf, type PowerHost } from './host.ts';
import type { BeforeRestart, Restart, RestartOrder } from './power-activities.ts';
import { allReady } from './starting.ts';

/** What one try may take beyond the service's own times: its turn, the Engine's answers. */
const marginMs = 60_000;

/** What a restart is about, and how long one try of it may take. Throws `window_not_open`. */
export async function lookBeforeRestart(power: PowerHost, request: Restart): Promise<RestartOrder> {
  const service = await heldService(power, request, false);
  const containers = atHome(power, service.name, await containersOf(power, service.name));
  const kept = keptUp(containers, service.replicas);
  const facts = await Promise.all(kept.map(({ id }) => power.engine.inspect(id)));
  return {
    containers: facts
      .filter((one) => one !== null)
      .map(({ id, state, started_at }) => ({ id, up: isUp(state), started_at })),
    limit_ms: service.start_timeout_ms + service.stop_grace_ms + marginMs,
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
    await startAll(power, name, due);
    return { service: held, containers: now.map(({ facts }) => facts) };
  });
  if (containers.length === 0) return;
  const result = await allReady(power, service, containers, signal);
  // one that went down with its window is no fault of its own
  await heldService(power, request, true);
  if (!result.ready)
    throw ApplicationFailure.nonRetryable(result.failure.detail, 'service_not_ready');
  await tellRestarted(power, name, result.facts, cause);
}

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
    await startAll(power, name, stopped);
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
  name: string,
  containers: readonly ContainerFacts[],
): Promise<void> {
  if (containers.length === 0) return;
  await power.guardFiles.write(name, power.leases.live(name), maxTtl(power, name));
  await allDone(
    containers.map(async ({ id }) => {
      // what its check said before counts no more, also where the event of its end comes late
      power.proved.delete(id);
      await startContainer(power, { id, state: 'exited' });
      noteStarted(power, name, [id]);
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
