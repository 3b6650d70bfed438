import type { CatalogService, StoppedBy } from '../../../contracts/service.ts';
import type { Hook } from '../../../domain/services/start-details.ts';
import { isUp } from '../../../domain/services/settle.ts';
import type { ContainerFacts } from '../../engine/container-facts.ts';
import { EngineError, isUnavailable } from '../../engine/engine-error.ts';
import { containersOf, type FoundContainer } from '../host/containers.ts';
import { copyFiles, detailsOf } from './copied-files.ts';
import { recreate } from './create-containers.ts';
import { holdContainers, noteDown, noteStarted } from '../host/held.ts';
import { runHooks } from './hooks.ts';
import { allDone } from '../../../platform/concurrency/all-done.ts';
import { hostEvent, type Cause, type PowerHost } from '../host/host.ts';

/**
 * Starts a container with the files that Compose would copy into it, and removes its restart policy so that a reboot
 * does not start it. The caller holds the service's lock and a lease, and the guard's file is written.
 * @returns false if it was already running
 */
export async function startContainer(
  power: PowerHost,
  service: CatalogService,
  container: Pick<FoundContainer, 'id' | 'state'>,
): Promise<boolean> {
  const started = await bringUp(power, service, container);
  noteStarted(power, service.name, [container.id]);
  return started;
}

async function bringUp(
  power: PowerHost,
  service: CatalogService,
  container: Pick<FoundContainer, 'id' | 'state'>,
): Promise<boolean> {
  const { engine, metrics } = power;
  await unbind(power, container.id);
  if (container.state === 'paused') {
    await engine.unpause(container.id);
    return false;
  }
  // the list may be older than the stop by the previous window
  if (isUp(container.state)) {
    const now = await engine.inspect(container.id);
    if (now !== null && isUp(now.state)) return false;
  }
  await copyFiles(power, service, container.id);
  const stopTimer = metrics.started.startTimer();
  try {
    await power.slots.start(() => engine.start(container.id));
    stopTimer({ outcome: 'started' });
    return true;
  } catch (error) {
    stopTimer({ outcome: 'failed' });
    throw error;
  }
}

/** Engine errors of a container that exists but can never be started again. */
const stale =
  /task \w+: already exists|failed to start shim: mkdir \S+: file exists|No such container: /;

/**
 * The same, but recreates a container once if the Engine can never start it again: after an Engine that died during a
 * start, or after the container whose network it shared is gone.
 * @returns the container that runs now, and whether this started it
 */
export async function startOrRemake(
  power: PowerHost,
  service: CatalogService,
  container: FoundContainer,
): Promise<{ container: FoundContainer; started: boolean }> {
  try {
    return { container, started: await startContainer(power, service, container) };
  } catch (error) {
    if (!(error instanceof EngineError && stale.test(error.message))) throw error;
    power.log.warn({ err: error, service: service.name }, 'its container is stale; recreating it');
    const fresh = await remake(power, service.name, container);
    if (fresh === null) throw error;
    return { container: fresh, started: await startContainer(power, service, fresh) };
  }
}

/** Lets Compose create a container again. @returns null if Compose did not */
export async function remake(
  power: PowerHost,
  name: string,
  old: Pick<FoundContainer, 'id' | 'name'>,
): Promise<FoundContainer | null> {
  await recreate(power, name, old.id);
  const created = (await containersOf(power, name)).filter(({ state }) => state === 'created');
  const fresh = created.find((one) => one.name === old.name) ?? created[0];
  if (fresh === undefined) return null;
  await holdContainers(power, name, [fresh]);
  return fresh;
}

/**
 * Runs the service's `post_start` hooks in containers that have just been started.
 * @throws EngineError if a hook fails; the reason of `signal` on abort
 */
export async function afterStart(
  power: PowerHost,
  service: CatalogService,
  ids: readonly string[],
  signal?: AbortSignal,
): Promise<void> {
  if (!service.at_start?.includes('post_start')) return;
  const hooks = detailsOf(power, service)?.post_start ?? [];
  try {
    for (const id of ids) {
      const limitMs = service.start_timeout_ms;
      await runHooks(power, id, { kind: 'post_start', hooks }, limitMs, signal);
    }
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  }
}

/** Removes a container's restart policy, once per process. From then on only leases start it. */
async function unbind(power: PowerHost, id: string): Promise<void> {
  if (power.unbound.has(id)) return;
  const facts = await power.engine.inspect(id);
  if (facts !== null && facts.restart_policy !== 'no') await power.engine.forgetRestartPolicy(id);
  power.unbound.add(id);
}

/**
 * Stops every container of a service and confirms that it is down: stop with the grace period, then kill. The caller
 * holds the service's lock.
 * @returns false if all were already down
 * @throws EngineError if the Engine cannot confirm that they are down; the caller retries
 */
export async function bringDown(
  power: PowerHost,
  name: string,
  containers: readonly Pick<FoundContainer, 'id' | 'state'>[],
  by: StoppedBy,
  cause: Cause,
): Promise<boolean> {
  const up = containers.filter(({ state }) => isUp(state));
  if (up.length === 0) {
    // a job that was done for an ended window is not done for another one
    if (power.seen.get(name).state === 'done') await power.seen.see(name, { state: 'exited' });
    return false;
  }
  const service = power.catalog.known()?.services.find((known) => known.name === name) ?? null;
  const grace = service?.stop_grace_ms ?? 10_000;
  const hooks = preStopHooks(power, service);
  await power.seen.see(name, { state: 'stopping' });
  const began = power.clock();
  const hooksMs = hooks.length > 0 ? grace : 0;
  await power.guardFiles.stopping(name, began + hooksMs + grace + 5000);
  // a container that cannot be stopped does not prevent the stop of the others
  const stopped = await allDone(up.map((one) => stopOne(power, name, one, hooks, grace)));
  await recordStop(power, name, stopped, by, cause);
  power.metrics.stopped.observe(
    { forced: String(power.seen.get(name).stop?.forced) },
    (power.clock() - began) / 1000,
  );
  return true;
}

/** How one container was stopped. */
interface Stopped {
  id: string;
  facts: ContainerFacts | null;
  at: number;
  stop_ms: number;
  forced: boolean;
  /** Error of its `pre_stop` hook, if that failed. */
  hook: string | null;
}

/** Returns the `pre_stop` hooks; none if the compose file cannot be read, so that the service still stops. */
function preStopHooks(power: PowerHost, service: CatalogService | null): readonly Hook[] {
  if (!service?.at_start?.includes('pre_stop')) return [];
  try {
    return detailsOf(power, service)?.pre_stop ?? [];
  } catch (error) {
    power.log.warn({ err: error, service: service.name }, 'its pre_stop hooks are not known');
    return [];
  }
}

/** Runs `pre_stop` hooks within the service's grace period. The stop then gets its own, so both are limited. */
async function beforeStop(
  power: PowerHost,
  name: string,
  id: string,
  hooks: readonly Hook[],
  limitMs: number,
): Promise<string | null> {
  if (hooks.length === 0) return null;
  try {
    await runHooks(power, id, { kind: 'pre_stop', hooks }, limitMs);
    return null;
  } catch (error) {
    power.log.warn({ err: error, service: name }, 'a pre_stop hook failed; it is stopped anyway');
    return error instanceof Error ? error.message : String(error);
  }
}

async function stopOne(
  power: PowerHost,
  name: string,
  container: Pick<FoundContainer, 'id' | 'state'>,
  hooks: readonly Hook[],
  graceMs: number,
): Promise<Stopped> {
  const { engine } = power;
  let began = power.clock();
  if (container.state === 'paused') await engine.unpause(container.id); // a paused process cannot handle SIGTERM
  const hook = await beforeStop(power, name, container.id, hooks, graceMs);
  await power.slots
    .stop(() => {
      began = power.clock(); // waiting for a slot does not count as the service's stop time
      return engine.stop(container.id, graceMs);
    })
    .catch((error: unknown) => {
      // the answer was lost after the grace period: the inspection below decides
      if (!isUnavailable(error) || power.clock() - began < graceMs) throw error;
    });
  let facts = await engine.inspect(container.id);
  if (facts !== null && isUp(facts.state)) {
    await engine.kill(container.id);
    facts = await engine.inspect(container.id);
  }
  if (facts !== null && isUp(facts.state)) {
    throw new EngineError('unavailable', `${name} still runs after a kill`, undefined);
  }
  // a restart policy was set again from outside: a restart of the Engine would start the container
  if (facts !== null && facts.restart_policy !== 'no') {
    await engine.forgetRestartPolicy(facts.id).catch((error: unknown) => {
      power.log.warn({ err: error, service: name }, 'its restart policy could not be removed');
    });
  }
  const at = Math.max(began, facts?.finished_at ?? power.clock());
  const stop_ms = at - began;
  const forced = facts?.exit_code === 137 && stop_ms >= graceMs - 100;
  return { id: container.id, facts, at, stop_ms, forced, hook };
}

/** Records the stop of a service: of several containers, the worst end and the latest time. */
async function recordStop(
  power: PowerHost,
  name: string,
  all: readonly Stopped[],
  by: StoppedBy,
  cause: Cause,
): Promise<void> {
  const [worst] = all.toSorted(
    (one, other) =>
      Number(other.forced) - Number(one.forced) ||
      (other.facts?.exit_code ?? 0) - (one.facts?.exit_code ?? 0),
  );
  const at = Math.max(...all.map((one) => one.at));
  const stop_ms = Math.max(...all.map((one) => one.stop_ms));
  const forced = worst!.forced;
  const exit_code = worst!.facts?.exit_code ?? null;
  const hook = all.find((one) => one.hook !== null)?.hook;
  const stop = { at, by, forced, stop_ms, exit_code };
  const ends = all.map((one) => {
    const { id, facts } = one;
    const end = { at: one.at, by, forced: one.forced, stop_ms: one.stop_ms };
    return { id, end: { ...end, exit_code: facts?.exit_code ?? null } };
  });
  const { actor, ...ids } = cause;
  await power.seen.see(
    name,
    {
      state: worst!.facts?.state ?? 'absent',
      health: 'none',
      exit_code,
      finished_at: at,
      stop,
      stray_since: null,
      tolerated: false,
      note: null,
      ...noteDown(power, name, ends),
    },
    [
      hostEvent(power, 'service.stopped', actor, {
        ...ids,
        service: name,
        payload: { by, forced, stop_ms, exit_code, ...(hook ? { pre_stop: hook } : {}) },
      }),
    ],
  );
}
