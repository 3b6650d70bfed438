import { decidingState, containersToKeep } from '../../domain/services/replicas.ts';
import { doneNote, restartDecision } from '../../domain/services/restart-policy.ts';
import type { CatalogService } from '../../contracts/service.ts';
import {
  isUp,
  reconcileStep,
  strayNote,
  type ReconcileStep,
} from '../../domain/services/settle.ts';
import { startOrRemake } from './start/start-container.ts';
import { allDone } from '../../platform/concurrency/all-done.ts';
import { atHome, containersOf, isElsewhere, type FoundContainer } from './host/containers.ts';
import { maxTtl, takeDown } from './start/take-down.ts';
import { createAgain } from './start/create-containers.ts';
import { follow, runHooksBeside, seemsBehind } from './start/follow.ts';
import { allHeld, holdContainers, isHeld, noteMissing } from './host/held.ts';
import { hostEvent, type PowerHost, lockOf } from './host/host.ts';
import type { Observation } from './observe.ts';
import { reportDone } from './start/report-started.ts';

/** Opens a window with the default TTL for a service that was started by hand. */
export type Adopt = (service: string) => Promise<void>;

export interface ReconcileDeps {
  power: PowerHost;
  adopt: Adopt;
  /** Number of consecutive exits of each service inside its window. */
  exits: Map<string, number>;
  /** Containers that were stopped from outside VX11. */
  byHand: Set<string>;
  /** Called with the earliest time (epoch ms) at which a service that exited may be started again. */
  waitFor: (service: string, at: number) => void;
}

const cause = { actor: 'settle_loop' };
/** After running for this long, a service's earlier exits no longer count. */
const steadyMs = 60_000;

/** Reconciles one service with its leases. The decision is made again under the service's lock. */
export async function reconcileService(
  deps: ReconcileDeps,
  observation: Observation,
): Promise<void> {
  if (stepFor(deps, observation) === 'leave') {
    await atRest(deps, observation);
    return keepUp(deps, observation);
  }
  const { power } = deps;
  const started = await power.lock.run(lockOf(observation.name), async () => {
    // the previous holder of the lock may have changed everything
    await power.leases.refresh();
    const now = { ...observation, containers: await containersOf(power, observation.name) };
    await noteMissing(power, observation.name, now.containers);
    const step = stepFor(deps, now);
    if (step === 'start') return restartExited(deps, now);
    if (step === 'stop') await stop(power, now.name);
    else if (step === 'adopt' || step === 'report') await handleStray(deps, now, step);
    return [];
  });
  if (observation.service !== null && started.length > 0)
    runHooksBeside(power, observation.service, started);
}

/** Restarts a service that follows another one, if that was started after it. */
async function keepUp({ power }: ReconcileDeps, { name, service }: Observation): Promise<void> {
  if (service === null || !isUp(power.seen.get(name).state)) return;
  if (!power.leases.live(name).some((lease) => lease.is_open)) return;
  if (seemsBehind(power, service)) {
    const fresh = await power.lock.run(lockOf(name), () => follow(power, service, cause));
    if (fresh.length > 0) runHooksBeside(power, service, fresh);
  }
}

function stepFor(
  { power }: ReconcileDeps,
  { name, service, containers }: Observation,
): ReconcileStep {
  const lapsed = power.leases.lapsed(name);
  const leased = power.leases.live(name).length > 0;
  const mine = leased ? atHome(power, name, containers) : containers;
  const now = decidingState(mine, service?.replicas ?? 1, leased);
  // a job that is done needs no running container
  const state = now === 'exited' && power.seen.get(name).state === 'done' ? 'done' : now;
  // what a lease started is not a stray after the last lease: it is stopped in whichever project it is
  const over = lapsed || (!leased && isHeld(power, name, upOf(containers)));
  // a service that is no longer in the file is managed until its last lease ends
  if (service === null) return !leased && over && isUp(state) ? 'stop' : 'leave';
  const { tier, stray } = service;
  const { tolerated } = power.seen.get(name);
  return reconcileStep({ state, leased, lapsed: over, tier, stray, tolerated });
}

const upOf = (containers: readonly FoundContainer[]): string[] =>
  containers.filter(({ state }) => isUp(state)).map(({ id }) => id);

async function stop(power: PowerHost, name: string): Promise<void> {
  const stray = !power.leases.lapsed(name);
  const stopped = await takeDown(power, name, 'settle_loop', cause);
  if (stray && stopped) power.metrics.straysEnded.inc();
}

async function handleStray(
  deps: ReconcileDeps,
  { name }: Observation,
  step: 'adopt' | 'report',
): Promise<void> {
  const { power } = deps;
  if (step === 'adopt') return deps.adopt(name);
  if (power.seen.get(name).stray_since !== null) return;
  const note = strayNote;
  await power.seen.see(name, { stray_since: power.clock(), note }, [
    hostEvent(power, 'service.stray', 'settle_loop', { service: name, payload: { note } }),
  ]);
}

/**
 * The service is as its leases want it: clears its stray and exit records, and makes sure that the guard's file is
 * right.
 */
async function atRest(
  { power, exits }: ReconcileDeps,
  { name, containers }: Observation,
): Promise<void> {
  const seen = power.seen.get(name);
  const live = power.leases.live(name);
  if (live.length === 0) exits.delete(name);
  const down = !containers.some(({ state }) => isUp(state));
  if ((seen.tolerated || seen.stray_since !== null) && (down || live.length > 0)) {
    await power.seen.see(name, { tolerated: false, stray_since: null, note: null });
  }
  if (live.length === 0) return;
  const kept = atHome(power, name, containers).filter(({ state }) => isUp(state));
  if (!allHeld(power, name, kept)) {
    // containers that were created by hand beside the window's own, or started by an older version
    await power.lock.run(lockOf(name), async () => {
      await power.leases.refresh();
      await holdContainers(power, name, kept);
    });
  }
  if (await power.guardFiles.matches(name, live)) return;
  // after a crash between writing the store and the guard's folder, or after the folder was deleted
  await power.lock.run(lockOf(name), async () => {
    await power.leases.refresh();
    const now = power.leases.live(name);
    if (now.length > 0) await power.guardFiles.write(name, now, maxTtl(power, name));
  });
}

/**
 * Starts a service again that exited while a window holds it, unless it is a finished job or keeps exiting.
 * @returns the started containers whose hooks have not run yet
 */
async function restartExited(
  deps: ReconcileDeps,
  { name, service, containers }: Observation,
): Promise<string[]> {
  const { power, exits } = deps;
  // a window that is still opening starts its services itself
  if (service === null || !power.leases.live(name).some((lease) => lease.is_open)) return [];
  const owner = service.depends_on.find(
    (edge) => edge.shares_namespace && isMissing(power, edge.service),
  );
  if (owner !== undefined) {
    await power.seen.see(name, {
      note: `it waits for ${owner.service}, in whose container it lives`,
    });
    return []; // the start of that service ends the wait
  }
  const kept = containersToKeep(atHome(power, name, containers), service.replicas);
  const before = exits.get(name) ?? 0;
  const exited = kept.filter(({ state }) => !isUp(state));
  const isLast = exited.length === kept.length;
  const back = exited.map((container) =>
    restartContainer(deps, service, container, before, isLast),
  );
  // some were removed by hand; none is created in a project other than that of the running ones
  if (kept.length < service.replicas && !isElsewhere(power, name))
    back.push(startAgain(deps, service, null, before));
  return (await allDone(back)).flat();
}

/** A container cannot start in the namespace of one that does not run. If that one is leased, it is started first. */
const isMissing = (power: PowerHost, name: string): boolean =>
  power.leases.live(name).length > 0 && !isUp(power.seen.get(name).state);

/** @param isLast whether no other container of the service runs */
async function restartContainer(
  deps: ReconcileDeps,
  service: CatalogService,
  container: FoundContainer,
  before: number,
  isLast: boolean,
): Promise<string[]> {
  const { power, byHand } = deps;
  const { name } = service;
  const facts = await power.engine.inspect(container.id);
  const exitedAt = facts?.finished_at ?? 0;
  const steady = facts !== null && exitedAt - (facts.started_at ?? 0) > steadyMs;
  const attempts = steady ? 0 : before;
  const decision = restartDecision({
    exit_code: facts?.exit_code ?? null,
    out_of_memory: facts?.out_of_memory ?? false,
    // a container that never ran was created by hand and left unstarted
    by_hand: byHand.has(container.id) || facts?.started_at === null,
    service,
    attempts,
  });
  if (!decision.restart) {
    if (decision.because === doneNote && isLast && facts !== null)
      await reportDone(power, name, facts, cause);
    else await power.seen.see(name, { note: decision.because });
    return [];
  }
  const due = exitedAt + decision.after_ms;
  if (power.clock() < due) {
    deps.waitFor(name, due);
    return [];
  }
  const started = await startAgain(deps, service, container, attempts);
  // the Engine runs no hooks when it restarts a container by its restart policy
  return decision.by_policy ? [] : started;
}

/**
 * Starts a container that exited, or one that Compose creates in place of a removed one.
 * @returns the ids of the started containers
 */
async function startAgain(
  { power, exits }: ReconcileDeps,
  service: CatalogService,
  exited: FoundContainer | null,
  attempts: number,
): Promise<string[]> {
  const { name } = service;
  exits.set(name, attempts + 1);
  const made = exited === null ? await makeAgain(power, name) : [exited];
  if (made.length === 0) return [];
  await holdContainers(power, name, made);
  await power.guardFiles.write(name, power.leases.live(name), maxTtl(power, name));
  const started: string[] = [];
  for (const one of made) {
    const { container } = await startOrRemake(power, service, one);
    started.push(container.id);
    power.metrics.revived.inc();
    const facts = await power.engine.inspect(container.id);
    const seen = {
      container_id: container.id,
      state: facts?.state ?? 'unknown',
      note: null,
    } as const;
    await power.seen.see(name, { ...seen, started_at: facts?.started_at ?? power.clock() }, [
      hostEvent(power, 'service.restarted', 'settle_loop', {
        service: name,
        payload: { attempts: attempts + 1 },
      }),
    ]);
  }
  return started;
}

/**
 * Creates missing containers; existing ones stay, even from an older file. @returns the created ones, not yet started
 */
async function makeAgain(power: PowerHost, name: string): Promise<FoundContainer[]> {
  await createAgain(power, name);
  const containers = atHome(power, name, await containersOf(power, name));
  return containers.filter(({ state }) => state === 'created');
}
