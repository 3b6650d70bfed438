import { setTimeout as sleep } from 'node:timers/promises';
import { ApplicationFailure } from '@temporalio/activity';
import type { CatalogService } from '../../../contracts/service.ts';
import type { ServiceFailure } from '../../../contracts/window.ts';
import { isDone } from '../../../domain/services/one-shot.ts';
import { containersToKeep } from '../../../domain/services/replicas.ts';
import { restartDecision } from '../../../domain/services/restart-policy.ts';
import { isUp } from '../../../domain/services/settle.ts';
import { afterStart, startContainer, startOrRemake } from './start-container.ts';
import { allDone } from '../../../platform/concurrency/all-done.ts';
import { atHome, isElsewhere, type FoundContainer } from '../host/containers.ts';
import { maxTtl } from './take-down.ts';
import type { Created } from './create-containers.ts';
import { serviceFailure } from '../host/failure.ts';
import { restartFollowers } from './follow.ts';
import { holdContainers } from '../host/held.ts';
import { hostEvent, lockOf, type PowerHost, type Cause } from '../host/host.ts';
import type { AfterExit, Waiting } from './readiness.ts';

/** The state of one opening of a window's services. */
export interface Opening {
  power: PowerHost;
  created: Created;
  cause: Cause;
  /** Time of the window's request (epoch ms), if an earlier attempt may have done part of the work; else null. */
  since: number | null;
  signal: AbortSignal;
}

/** The running containers of a service, or why they do not run. */
export interface Up {
  failure: ServiceFailure | null;
  containers: FoundContainer[];
  /** Whether this opening started one of them. */
  started: boolean;
  /** Start of the work on this service, in `performance.now()`. */
  began: number;
  /** When its containers ran and their hooks had finished, by the same clock. */
  up: number;
}

/** Starts the containers of a service and runs their `post_start` hooks, without waiting for readiness. */
export async function startOne(opening: Opening, service: CatalogService): Promise<Up> {
  const { power, created, cause, signal } = opening;
  const { name, replicas } = service;
  const began = performance.now();
  const failed = (failure: ServiceFailure): Up => notUp(failure);
  const found = containersToKeep(atHome(power, name, created.containers.get(name) ?? []), replicas);
  if (found.length < (isElsewhere(power, name) ? 1 : replicas)) {
    const made = found.length === 0 ? 'no container' : `only ${found.length} containers`;
    const detail = `Compose made ${made} for it; see docker compose ps --all`;
    return failed({ service: name, error: 'create_failed', detail });
  }
  try {
    const starts = await power.lock.run(lockOf(name), async () => {
      signal.throwIfAborted();
      await power.leases.refresh();
      const live = power.leases.live(name);
      if (live.length === 0) {
        throw ApplicationFailure.retryable('its lease ran out while it waited to start');
      }
      await holdContainers(power, name, found);
      await power.guardFiles.write(name, live, maxTtl(power, name));
      const isDoneFor = doneForOthers(opening, name);
      // all starts finish before the lock is released
      return allDone(
        found.map(async (container) =>
          (await hasDone(opening, service, container, isDoneFor))
            ? { container, started: false }
            : startOrRemake(power, service, container),
        ),
      );
    });
    const fresh = starts.flatMap(({ container, started }) => (started ? [container.id] : []));
    await afterStart(power, service, fresh, signal);
    if (fresh.length > 0) await restartFollowers(power, name, cause);
    return {
      failure: null,
      containers: starts.map(({ container }) => container),
      started: fresh.length > 0,
      began,
      up: performance.now(),
    };
  } catch (error) {
    signal.throwIfAborted();
    return failed(serviceFailure(name, error));
  }
}

export const notUp = (failure: ServiceFailure): Up => ({
  failure,
  containers: [],
  started: false,
  began: performance.now(),
  up: performance.now(),
});

/** Whether another window holds the service and it is recorded as done, so that it has finished for that window. */
const doneForOthers = ({ power, cause }: Opening, name: string): boolean =>
  power.seen.get(name).state === 'done' &&
  power.leases.live(name).some(({ window_id }) => window_id !== cause.window_id);

/** Whether a job has already succeeded for an open window, so that it is not started again. */
async function hasDone(
  { power, since }: Opening,
  service: CatalogService,
  { id, state }: FoundContainer,
  forOthers: boolean,
): Promise<boolean> {
  if (state !== 'exited' || (since === null && !forOthers)) return false;
  const facts = await power.engine.inspect(id);
  if (facts === null || isUp(facts.state) || !isDone(service, facts.exit_code)) return false;
  return forOthers || (since !== null && (facts.started_at ?? 0) >= since);
}

/**
 * Returns a handler that restarts a container that exits while it starts, by the file's `restart` setting: up to six
 * times, with growing pauses, within its start limit.
 */
export function restartOnExit(
  { power, cause, signal }: Opening,
  service: CatalogService,
): NonNullable<Waiting['onExit']> {
  const { name } = service;
  /** Number of restarts of each container. */
  const exits = new Map<string, number>();
  /** Restarts in progress: several callers may wait for one container, which is started once. */
  const restarting = new Map<string, Promise<AfterExit>>();
  const restart = async (id: string, giveUp: number): Promise<AfterExit> => {
    const attempts = exits.get(id) ?? 0;
    // a concurrent restart holds the lock
    const facts = await power.lock.run(lockOf(name), () => power.engine.inspect(id));
    signal.throwIfAborted();
    if (facts === null || isUp(facts.state)) return { again: true };
    const { exit_code, out_of_memory } = facts;
    const decision = restartDecision({
      exit_code,
      out_of_memory,
      by_hand: false,
      service,
      attempts,
    });
    if (!decision.restart) return { again: false, because: `${decision.because} while it started` };
    const pause = (facts.finished_at ?? 0) + decision.after_ms - power.clock();
    if (performance.now() + Math.max(0, pause) >= giveUp) {
      const because = `it exited ${attempts + 1} times within its start limit (exit code ${exit_code})`;
      return { again: false, because };
    }
    if (pause > 0) await sleep(Math.min(pause, decision.after_ms), undefined, { signal });
    const started = await power.lock.run(lockOf(name), async () => {
      signal.throwIfAborted();
      await power.leases.refresh();
      const live = power.leases.live(name);
      if (live.length === 0) return false;
      await power.guardFiles.write(name, live, maxTtl(power, name));
      power.proved.delete(id);
      return startContainer(power, service, { id, state: 'exited' });
    });
    exits.set(id, attempts + 1);
    if (!started) return { again: true };
    power.metrics.revived.inc();
    const { actor, ...ids } = cause;
    const payload = { attempts: attempts + 1, because: `it ended with exit code ${exit_code}` };
    const event = hostEvent(power, 'service.restarted', actor, { ...ids, service: name, payload });
    await power.seen.see(name, { note: null }, [event]);
    // the Engine runs no hooks when it restarts a container by its restart policy
    if (!decision.by_policy) await afterStart(power, service, [id], signal);
    await restartFollowers(power, name, cause);
    return { again: true };
  };
  return ({ id }, giveUp) => {
    const mine = restarting.get(id) ?? restart(id, giveUp).finally(() => restarting.delete(id));
    restarting.set(id, mine);
    return mine;
  };
}
