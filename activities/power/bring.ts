import type { StoppedBy } from '../../contracts/service.ts';
import { isUp } from '../../domain/settle.ts';
import type { ContainerFacts } from '../engine/container-facts.ts';
import type { ContainerSummary } from '../engine/engine.ts';
import { EngineError, isUnavailable } from '../engine/engine-error.ts';
import { hostEvent, type PowerHost } from './host.ts';

/** How the work is told in the event log. */
export interface Cause {
  actor: string;
  window_id?: string;
  correlation_id?: string;
}

/**
 * Of several containers of a service (scaled by hand) the one that runs counts, else the newest listed.
 * @throws while the project is unknown: nobody may say then that a service is not there
 */
export async function findContainers(power: PowerHost): Promise<Map<string, ContainerSummary>> {
  const found = new Map<string, ContainerSummary>();
  const project = power.catalog.known()?.project ?? '';
  if (project === '') {
    throw new EngineError(
      'unavailable',
      'the compose file cannot be read, so nothing can be found',
      undefined,
    );
  }
  for (const container of await power.engine.list(project)) {
    const other = found.get(container.service);
    if (other === undefined || (!isUp(other.state) && isUp(container.state))) {
      found.set(container.service, container);
    }
  }
  return found;
}

/** As much of a container as power work needs. */
export type FoundContainer = Pick<ContainerSummary, 'id' | 'state'>;

/** One service's container: the known one if it is still there, else what a list finds. */
export async function findContainer(
  power: PowerHost,
  name: string,
): Promise<FoundContainer | undefined> {
  const { container_id } = power.seen.get(name);
  const facts = container_id === null ? null : await power.engine.inspect(container_id);
  if (facts !== null && isUp(facts.state)) return facts;
  return (await findContainers(power)).get(name);
}

/**
 * Starts a created container and sees to it that a reboot does not. The caller holds the service's lock and a lease,
 * and the guard has its file.
 */
export async function startContainer(power: PowerHost, container: FoundContainer): Promise<void> {
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
 * Brings a service down for certain: stop with its grace, then kill. The caller holds the service's lock.
 * @returns false when it was down already
 * @throws EngineError while the Engine cannot confirm that it is down; the caller comes again
 */
export async function bringDown(
  power: PowerHost,
  name: string,
  container: FoundContainer | undefined,
  by: StoppedBy,
  cause: Cause,
): Promise<boolean> {
  const { engine, seen, metrics } = power;
  if (container === undefined || !isUp(container.state)) return false;
  const grace = graceOf(power, name);
  await seen.see(name, { state: 'stopping' });
  let began = power.clock();
  await power.guardFiles.stopping(name, began + grace + 5000);
  if (container.state === 'paused') await engine.unpause(container.id); // a frozen process cannot hear TERM
  await power.slots
    .stop(() => {
      began = power.clock(); // what it waited for its turn is no time of the service's own
      return engine.stop(container.id, grace);
    })
    .catch((error: unknown) => {
      // an answer that was lost after the grace: what the Engine says next decides
      if (!isUnavailable(error) || power.clock() - began < grace) throw error;
    });
  let facts = await engine.inspect(container.id);
  if (facts !== null && isUp(facts.state)) {
    await engine.kill(container.id);
    facts = await engine.inspect(container.id);
  }
  if (facts !== null && isUp(facts.state)) {
    throw new EngineError('unavailable', `${name} still runs after a kill`, undefined);
  }
  await recordStop(power, name, facts, by, cause, began, grace);
  metrics.stopped.observe(
    { forced: String(seen.get(name).stop?.forced) },
    (power.clock() - began) / 1000,
  );
  return true;
}

function graceOf(power: PowerHost, name: string): number {
  const service = power.catalog.known()?.services.find((known) => known.name === name);
  return service?.stop_grace_ms ?? 10_000;
}

async function recordStop(
  power: PowerHost,
  name: string,
  facts: ContainerFacts | null,
  by: StoppedBy,
  cause: Cause,
  began: number,
  graceMs: number,
): Promise<void> {
  const at = Math.max(began, facts?.finished_at ?? power.clock());
  const stop_ms = at - began;
  const exit_code = facts?.exit_code ?? null;
  const forced = exit_code === 137 && stop_ms >= graceMs - 100;
  const stop = { at, by, forced, stop_ms, exit_code };
  const { actor, ...ids } = cause;
  await power.seen.see(
    name,
    {
      state: facts?.state ?? 'absent',
      health: 'none',
      exit_code,
      finished_at: at,
      stop,
      stray_since: null,
      tolerated: false,
      note: null,
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
