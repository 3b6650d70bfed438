import type { StoppedBy } from '../../contracts/service.ts';
import { isUp } from '../../domain/settle.ts';
import type { ContainerFacts } from '../engine/container-facts.ts';
import { EngineError, isUnavailable } from '../engine/engine-error.ts';
import type { FoundContainer } from './containers.ts';
import { noteDown } from './held.ts';
import { hostEvent, type PowerHost } from './host.ts';

/** How the work is told in the event log. */
export interface Cause {
  actor: string;
  window_id?: string;
  correlation_id?: string;
}

/** Waits for all of it, however some of it ends; then throws the first failure. */
export async function allDone<T>(work: readonly Promise<T>[]): Promise<T[]> {
  const outcomes = await Promise.allSettled(work);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}

/**
 * Starts a created container and sees to it that a reboot does not. The caller holds the service's lock and a lease,
 * and the guard has its file.
 */
export async function startContainer(
  power: PowerHost,
  container: Pick<FoundContainer, 'id' | 'state'>,
): Promise<void> {
  const { engine, metrics } = power;
  await unbind(power, container.id);
  if (container.state === 'paused') return engine.unpause(container.id);
  // a list may be older than the stop of the window before
  if (isUp(container.state)) {
    const now = await engine.inspect(container.id);
    if (now !== null && isUp(now.state)) return;
  }
  const stopTimer = metrics.started.startTimer();
  try {
    await power.slots.start(() => engine.start(container.id));
    stopTimer({ outcome: 'started' });
  } catch (error) {
    stopTimer({ outcome: 'failed' });
    throw error;
  }
}

/** Takes the restart policy off a container, once: from here on only leases start it. */
async function unbind(power: PowerHost, id: string): Promise<void> {
  if (power.unbound.has(id)) return;
  const facts = await power.engine.inspect(id);
  if (facts !== null && facts.restart_policy !== 'no') await power.engine.forgetRestartPolicy(id);
  power.unbound.add(id);
}

/**
 * Brings every container of a service down for certain: stop with its grace, then kill. The caller holds the service's
 * lock.
 * @returns false when all were down already
 * @throws EngineError while the Engine cannot confirm that they are down; the caller comes again
 */
export async function bringDown(
  power: PowerHost,
  name: string,
  containers: readonly Pick<FoundContainer, 'id' | 'state'>[],
  by: StoppedBy,
  cause: Cause,
): Promise<boolean> {
  const up = containers.filter(({ state }) => isUp(state));
  if (up.length === 0) return false;
  const grace = graceOf(power, name);
  await power.seen.see(name, { state: 'stopping' });
  const began = power.clock();
  await power.guardFiles.stopping(name, began + grace + 5000);
  // one that cannot be stopped keeps no other one up
  const stopped = await allDone(up.map((one) => stopOne(power, name, one, grace)));
  await recordStop(power, name, stopped, by, cause);
  power.metrics.stopped.observe(
    { forced: String(power.seen.get(name).stop?.forced) },
    (power.clock() - began) / 1000,
  );
  return true;
}

/** How one container went down. */
interface Stopped {
  id: string;
  facts: ContainerFacts | null;
  at: number;
  stop_ms: number;
  forced: boolean;
}

async function stopOne(
  power: PowerHost,
  name: string,
  container: Pick<FoundContainer, 'id' | 'state'>,
  graceMs: number,
): Promise<Stopped> {
  const { engine } = power;
  let began = power.clock();
  if (container.state === 'paused') await engine.unpause(container.id); // a frozen process cannot hear TERM
  await power.slots
    .stop(() => {
      began = power.clock(); // what it waited for its turn is no time of the service's own
      return engine.stop(container.id, graceMs);
    })
    .catch((error: unknown) => {
      // an answer that was lost after the grace: what the Engine says next decides
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
  // somebody gave it one again: a restart of the Engine would bring it back
  if (facts !== null && facts.restart_policy !== 'no') {
    await engine.forgetRestartPolicy(facts.id).catch((error: unknown) => {
      power.log.warn({ err: error, service: name }, 'its restart policy could not be taken away');
    });
  }
  const at = Math.max(began, facts?.finished_at ?? power.clock());
  const stop_ms = at - began;
  return {
    id: container.id,
    facts,
    at,
    stop_ms,
    forced: facts?.exit_code === 137 && stop_ms >= graceMs - 100,
  };
}

function graceOf(power: PowerHost, name: string): number {
  const service = power.catalog.known()?.services.find((known) => known.name === name);
  return service?.stop_grace_ms ?? 10_000;
}

/** Of several containers the worst end and the latest moment are told. */
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
  const stop = { at, by, forced, stop_ms, exit_code };
  const ends = all.map(({ id, facts, ...one }) => ({
    id,
    end: { ...one, by, exit_code: facts?.exit_code ?? null },
  }));
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
        payload: { by, forced, stop_ms, exit_code },
      }),
    ],
  );
}
