import { decidingState, keptUp } from '../../domain/replicas.ts';
import { revival } from '../../domain/revive.ts';
import type { CatalogService } from '../../contracts/service.ts';
import { isUp, settleStep, strayNote, type SettleStep } from '../../domain/settle.ts';
import { allDone, startContainer } from './bring.ts';
import { atHome, containersOf, isElsewhere, type FoundContainer } from './containers.ts';
import { maxTtl, takeDown } from './converge.ts';
import { allHeld, holdContainers, isHeld, noteMissing, noteStarted } from './held.ts';
import { hostEvent, type PowerHost, lockOf } from './host.ts';
import type { Sight } from './look.ts';

/** Opens a window of the default TTL for a service that somebody started. */
export type Adopt = (service: string) => Promise<void>;

export interface SettleDeps {
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
export async function settleService(deps: SettleDeps, sight: Sight): Promise<void> {
  if (stepFor(deps, sight) === 'leave') return atRest(deps, sight);
  const { power } = deps;
  await power.lock.run(lockOf(sight.name), async () => {
    // whoever had the lock before may have changed all of it
    await power.leases.refresh();
    const now = { ...sight, containers: await containersOf(power, sight.name) };
    await noteMissing(power, sight.name, now.containers);
    const step = stepFor(deps, now);
    if (step === 'start') await revive(deps, now);
    else if (step === 'stop') await stop(power, now.name);
    else if (step === 'adopt' || step === 'report') await tellStray(deps, now, step);
  });
}

function stepFor({ power }: SettleDeps, { name, service, containers }: Sight): SettleStep {
  const lapsed = power.leases.lapsed(name);
  const leased = power.leases.live(name).length > 0;
  const mine = leased ? atHome(power, name, containers) : containers;
  const state = decidingState(mine, service?.replicas ?? 1, leased);
  // what a lease has started is no stray once the last one is over, and goes down wherever it is
  const over = lapsed || (!leased && isHeld(power, name, upOf(containers)));
  // what the file has lost is minded until its last lease is over
  if (service === null) return !leased && over && isUp(state) ? 'stop' : 'leave';
  const { tier, stray } = service;
  const { tolerated } = power.seen.get(name);
  return settleStep({ state, leased, lapsed: over, tier, stray, tolerated });
}

const upOf = (containers: readonly FoundContainer[]): string[] =>
  containers.filter(({ state }) => isUp(state)).map(({ id }) => id);

async function stop(power: PowerHost, name: string): Promise<void> {
  const stray = !power.leases.lapsed(name);
  const stopped = await takeDown(power, name, 'settle_loop', cause);
  if (stray && stopped) power.metrics.straysEnded.inc();
}

async function tellStray(
  deps: SettleDeps,
  { name }: Sight,
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
async function atRest({ power, falls }: SettleDeps, { name, containers }: Sight): Promise<void> {
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

/** A service fell while a window holds it: it comes back, unless it has done its work or falls again and again. */
async function revive(deps: SettleDeps, { name, service, containers }: Sight): Promise<void> {
  const { power, falls } = deps;
  // a window that is still opening starts its services itself
  if (service === null || !power.leases.live(name).some((lease) => lease.is_open)) return;
  const kept = keptUp(atHome(power, name, containers), service.replicas);
  const before = falls.get(name) ?? 0;
  const fallen = kept.filter(({ state }) => !isUp(state));
  const back = fallen.map((container) => reviveOne(deps, service, container, before));
  // some were removed by hand; none is made in another project beside those that run
  if (kept.length < service.replicas && !isElsewhere(power, name))
    back.push(bringBack(deps, service, null, before));
  await allDone(back);
}

async function reviveOne(
  deps: SettleDeps,
  service: CatalogService,
  container: FoundContainer,
  before: number,
): Promise<void> {
  const { power, byHand } = deps;
  const { name, restart } = service;
  const facts = await power.engine.inspect(container.id);
  const fellAt = facts?.finished_at ?? 0;
  const steady = facts !== null && fellAt - (facts.started_at ?? 0) > steadyMs;
  const attempts = steady ? 0 : before;
  const verdict = revival({
    exit_code: facts?.exit_code ?? null,
    out_of_memory: facts?.out_of_memory ?? false,
    // what never ran was made by somebody who did not come to start it
    by_hand: byHand.has(container.id) || facts?.started_at === null,
    restart,
    attempts,
  });
  if (!verdict.revive) return power.seen.see(name, { note: verdict.because });
  const due = fellAt + verdict.after_ms;
  if (power.clock() < due) return deps.waitFor(name, due);
  await bringBack(deps, service, container, attempts);
}

/** Starts what fell, or, for what was removed by hand, what Compose makes anew. */
async function bringBack(
  { power, falls }: SettleDeps,
  { name }: CatalogService,
  fallen: FoundContainer | null,
  attempts: number,
): Promise<void> {
  falls.set(name, attempts + 1);
  const made = fallen === null ? await createAgain(power, name) : [fallen];
  if (made.length === 0) return;
  await holdContainers(power, name, made);
  await power.guardFiles.write(name, power.leases.live(name), maxTtl(power, name));
  for (const container of made) {
    await startContainer(power, container);
    noteStarted(power, name, [container.id]);
    power.metrics.revived.inc();
    const started = await power.engine.inspect(container.id);
    const seen = {
      container_id: container.id,
      state: started?.state ?? 'unknown',
      note: null,
    } as const;
    await power.seen.see(name, { ...seen, started_at: started?.started_at ?? power.clock() }, [
      hostEvent(power, 'service.restarted', 'settle_loop', {
        service: name,
        payload: { attempts: attempts + 1 },
      }),
    ]);
  }
}

/** @returns what was made and does not run; what is there stays, also where it is of an older file */
async function createAgain(power: PowerHost, name: string): Promise<FoundContainer[]> {
  await power.lock.run('compose', () => power.compose.create([name], 'keep'));
  const containers = atHome(power, name, await containersOf(power, name));
  return containers.filter(({ state }) => state === 'created');
}
