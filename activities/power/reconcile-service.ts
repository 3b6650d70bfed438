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

/** Opens a window of the default TTL for a service that somebody started. */
export type Adopt = (service: string) => Promise<void>;

export interface ReconcileDeps {
  power: PowerHost;
  adopt: Adopt;
  /** How often each service fell inside its window without staying up. */
  falls: Map<string, number>;
  /** Containers that got a stop from outside. */
  byHand: Set<string>;
  /** A service fell and may be started again at this moment (epoch ms), no sooner. */
  waitFor: (service: string, at: number) => void;
}

const cause = { actor: 'settle_loop' };
/** Up for this long, a service has got over its falls. */
const steadyMs = 60_000;

/** Brings one service where its leases want it, decided again under its lock. */
export async function reconcileService(deps: ReconcileDeps, sight: Observation): Promise<void> {
  if (stepFor(deps, sight) === 'leave') {
    await atRest(deps, sight);
    return keepUp(deps, sight);
  }
  const { power } = deps;
  const started = await power.lock.run(lockOf(sight.name), async () => {
    // whoever had the lock before may have changed all of it
    await power.leases.refresh();
    const now = { ...sight, containers: await containersOf(power, sight.name) };
    await noteMissing(power, sight.name, now.containers);
    const step = stepFor(deps, now);
    if (step === 'start') return revive(deps, now);
    if (step === 'stop') await stop(power, now.name);
    else if (step === 'adopt' || step === 'report') await tellStray(deps, now, step);
    return [];
  });
  if (sight.service !== null && started.length > 0) runHooksBeside(power, sight.service, started);
}

/** A service that follows another one is restarted where that was started again after it. */
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
  // nothing of a job that is done has to run
  const state = now === 'exited' && power.seen.get(name).state === 'done' ? 'done' : now;
  // what a lease has started is no stray once the last one is over, and goes down wherever it is
  const over = lapsed || (!leased && isHeld(power, name, upOf(containers)));
  // what the file has lost is minded until its last lease is over
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

async function tellStray(
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

/** Nothing is to be done: what was noted of it as a stray or as falling is over, and the guard knows its deadline. */
async function atRest(
  { power, falls }: ReconcileDeps,
  { name, containers }: Observation,
): Promise<void> {
  const seen = power.seen.get(name);
  const live = power.leases.live(name);
  if (live.length === 0) falls.delete(name);
  const down = !containers.some(({ state }) => isUp(state));
  if ((seen.tolerated || seen.stray_since !== null) && (down || live.length > 0)) {
    await power.seen.see(name, { tolerated: false, stray_since: null, note: null });
  }
  if (live.length === 0) return;
  const kept = atHome(power, name, containers).filter(({ state }) => isUp(state));
  if (!allHeld(power, name, kept)) {
    // made by hand beside the window's own, or started by an older version
    await power.lock.run(lockOf(name), async () => {
      await power.leases.refresh();
      await holdContainers(power, name, kept);
    });
  }
  if (await power.guardFiles.says(name, live)) return;
  // a crash between the store and the guard's folder, or somebody who wiped the folder
  await power.lock.run(lockOf(name), async () => {
    await power.leases.refresh();
    const now = power.leases.live(name);
    if (now.length > 0) await power.guardFiles.write(name, now, maxTtl(power, name));
  });
}

/**
 * A service fell while a window holds it: it comes back, unless it has done its work or falls again and again.
 * @returns the containers that were started and have their hooks to run yet
 */
async function revive(
  deps: ReconcileDeps,
  { name, service, containers }: Observation,
): Promise<string[]> {
  const { power, falls } = deps;
  // a window that is still opening starts its services itself
  if (service === null || !power.leases.live(name).some((lease) => lease.is_open)) return [];
  const owner = service.depends_on.find(
    (edge) => edge.shares_namespace && isMissing(power, edge.service),
  );
  if (owner !== undefined) {
    await power.seen.see(name, {
      note: `it waits for ${owner.service}, in whose container it lives`,
    });
    return []; // the start of that one ends this wait
  }
  const kept = containersToKeep(atHome(power, name, containers), service.replicas);
  const before = falls.get(name) ?? 0;
  const fallen = kept.filter(({ state }) => !isUp(state));
  const isLast = fallen.length === kept.length;
  const back = fallen.map((container) => reviveOne(deps, service, container, before, isLast));
  // some were removed by hand; none is made in another project beside those that run
  if (kept.length < service.replicas && !isElsewhere(power, name))
    back.push(bringBack(deps, service, null, before));
  return (await allDone(back)).flat();
}

/** Nothing can be started in the namespace of a container that does not run; where it is leased, it comes back first. */
const isMissing = (power: PowerHost, name: string): boolean =>
  power.leases.live(name).length > 0 && !isUp(power.seen.get(name).state);

/** @param isLast no other container of the service runs */
async function reviveOne(
  deps: ReconcileDeps,
  service: CatalogService,
  container: FoundContainer,
  before: number,
  isLast: boolean,
): Promise<string[]> {
  const { power, byHand } = deps;
  const { name } = service;
  const facts = await power.engine.inspect(container.id);
  const fellAt = facts?.finished_at ?? 0;
  const steady = facts !== null && fellAt - (facts.started_at ?? 0) > steadyMs;
  const attempts = steady ? 0 : before;
  const verdict = restartDecision({
    exit_code: facts?.exit_code ?? null,
    out_of_memory: facts?.out_of_memory ?? false,
    // what never ran was made by somebody who did not come to start it
    by_hand: byHand.has(container.id) || facts?.started_at === null,
    service,
    attempts,
  });
  if (!verdict.restart) {
    if (verdict.because === doneNote && isLast && facts !== null)
      await reportDone(power, name, facts, cause);
    else await power.seen.see(name, { note: verdict.because });
    return [];
  }
  const due = fellAt + verdict.after_ms;
  if (power.clock() < due) {
    deps.waitFor(name, due);
    return [];
  }
  const started = await bringBack(deps, service, container, attempts);
  // the Engine runs no hooks where it follows a restart policy
  return verdict.by_policy ? [] : started;
}

/**
 * Starts what fell, or, for what was removed by hand, what Compose makes anew.
 * @returns the containers that were started
 */
async function bringBack(
  { power, falls }: ReconcileDeps,
  service: CatalogService,
  fallen: FoundContainer | null,
  attempts: number,
): Promise<string[]> {
  const { name } = service;
  falls.set(name, attempts + 1);
  const made = fallen === null ? await makeAgain(power, name) : [fallen];
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

/** @returns what was made and does not run; what is there stays, also where it is of an older file */
async function makeAgain(power: PowerHost, name: string): Promise<FoundContainer[]> {
  await createAgain(power, name);
  const containers = atHome(power, name, await containersOf(power, name));
  return containers.filter(({ state }) => state === 'created');
}
