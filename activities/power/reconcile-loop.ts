import { throwFailures, type RoundOutcome } from '../../platform/concurrency/bounded-round.ts';
import { pause } from '../../platform/concurrency/pause.ts';
import { nextExpiry } from '../../domain/windows/lease.ts';
import { adoptStack } from './adopt-stack.ts';
import { reconcileService, type Adopt, type ReconcileDeps } from './reconcile-service.ts';
import { inStopOrder } from './start/take-down.ts';
import { createNoting, observe, type Noting, type Observation } from './observe.ts';
import { hostEvent, lockOf, type PowerHost } from './host/host.ts';
import type { ProjectClaim } from './host/project-claim.ts';

/** A round of looking and acting at rest; a deadline or an Engine event starts one at once. */
const roundMs = 4000;
/** A round waits this long for what it began: one service that takes its time to stop makes no other late. */
const patienceMs = 250;
/** How soon after an event of the Engine. */
const nudgeMs = 200;
/** An idle guard is taken away after this long. */
const guardIdleMs = 60_000;
const nothing: RoundOutcome = { done: 0, failures: [], left: 0 };

/**
 * Makes the Engine equal to the leases, for as long as the process lives, with no help from Temporal: what no live
 * lease holds goes down at its deadline, what one holds is brought back.
 */
export interface ReconcileLoop {
  /** Ends once the first round is over, whatever came of it. */
  start(): Promise<void>;
  /** The Engine changed: looks again soon. */
  nudge(): void;
  /** Leases changed: waits for their deadlines. */
  replan(): void;
  stop(): Promise<void>;
  engineAway(): boolean;
}

export interface LoopEvents {
  /** The Engine went away or came back, or the guard's sight did. */
  onNews: () => void;
  /** Asked before each round: false where another process looks after the host. */
  mayAct?: () => Promise<boolean>;
}

export function createReconcileLoop(
  power: PowerHost,
  adopt: Adopt,
  { onNews, mayAct = () => Promise.resolve(true) }: LoopEvents,
): ReconcileLoop {
  /** When the pause before the next start of a fallen service is over; epoch ms. */
  const backOffs = new Map<string, number>();
  const deps: ReconcileDeps = {
    power,
    adopt,
    falls: new Map(),
    byHand: new Set(),
    waitFor: (service, at) => {
      backOffs.set(service, Math.min(at, backOffs.get(service) ?? at));
      if (running === null) plan();
    },
  };
  let running: Promise<void> | null = null;
  let again = false;
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let met = false;
  /** The stack was another installation's, so what runs of it is nobody's stray. */
  let anew = false;
  let loaded = false;
  const settling = new Map<string, Promise<void>>();
  /** Services that could not be brought where they are to be, each with why. */
  const unsettled = new Map<string, unknown>();
  const noting = createNoting();
  let away = false;
  let lastLeased = performance.now();
  let lastRound = performance.now();

  /** Each service once at a time; who comes to one that is being settled waits for that. */
  const settle = (sight: Observation): Promise<void> => {
    const known = settling.get(sight.name);
    if (known !== undefined) return known;
    backOffs.delete(sight.name);
    const mine = reconcileService(deps, sight)
      .then(
        () => void unsettled.delete(sight.name),
        (error: unknown) => {
          if (!unsettled.has(sight.name))
            power.log.warn({ err: error, service: sight.name }, 'a service cannot be settled yet');
          unsettled.set(sight.name, error);
        },
      )
      .finally(() => settling.delete(sight.name));
    settling.set(sight.name, mine);
    return mine;
  };
  const round = async (): Promise<void> => {
    if (!(await mayAct())) return;
    power.metrics.rounds.inc();
    await power.leases.refresh();
    if (!power.leases.known()) return;
    let noted: RoundOutcome = nothing;
    let failure: unknown = null;
    const noteAll: Noting = async (...one) => (noted = await noting(...one));
    try {
      const claim = await claimProject();
      if (claim === 'taken_over') [met, anew] = [false, true];
      if (claim === 'elsewhere') await loadSeen();
      else met ||= await adoptStack(power, anew);
      const sights = await observe(power, noteAll);
      await engineIs(true);
      // nor is any guard told that this one lives: its windows are the other's strays by now
      if (claim === 'elsewhere') return;
      const byName = new Map(sights.map((sight) => [sight.name, sight]));
      const settled = inStopOrder(power, [...byName.keys()], (name) => settle(byName.get(name)!));
      await Promise.race([settled, pause(patienceMs)]);
      for (const name of unsettled.keys()) if (!byName.has(name)) unsettled.delete(name);
    } catch (error) {
      const here = await power.engine.ping().then(
        () => true,
        () => false,
      );
      await engineIs(here, error);
      if (here) failure = error;
    }
    await signLife();
    await power.seen.flush();
    mindGuard();
    if (failure !== null) throw failure;
    const failures = [...unsettled].map(([key, error]) => ({ key, error }));
    throwFailures(noted, { done: 0, failures, left: 0 });
  };
  const loadSeen = async (): Promise<void> => {
    if (loaded) return;
    await power.seen.load();
    loaded = true;
  };
  /** What another installation manages is only looked at. */
  const claimProject = async (): ReturnType<ProjectClaim['look']> => {
    const { project } = power.catalog.known() ?? (await power.catalog.current());
    if (project === '') return 'held';
    const before = power.claim.state();
    const claim = await power.claim.look(project);
    const now = power.claim.state();
    if (now.managed_elsewhere !== before.managed_elsewhere || now.contender !== before.contender)
      onNews();
    return claim;
  };
  const engineIs = async (here: boolean, error?: unknown): Promise<void> => {
    if (here === !away) return;
    away = !here;
    if (here) power.log.info('the Engine is back');
    else power.log.error({ err: error }, 'the Engine is away');
    const event = hostEvent(power, here ? 'engine.back' : 'engine.lost', 'settle_loop', {});
    await power.store.events.append([event]).catch(() => undefined);
    onNews();
  };
  /** Says to the guard that this process lives, and tells when the guard stops or begins to say that it reads that. */
  const signLife = async (): Promise<void> => {
    const at = power.clock();
    const sight = await power.guard.confirm((await power.guardFiles.alive(at)) ? at : null);
    if (sight === null) return;
    const { reason } = power.guard.state();
    if (sight === 'blind') power.log.error({ reason }, 'the guard is blind');
    else power.log.info('the guard reads what is written for it');
    const event = hostEvent(power, `guard.${sight}`, 'settle_loop', { payload: { reason } });
    await power.store.events.append([event]).catch(() => undefined);
    onNews();
  };
  /** Beside the rounds: no deadline waits for the guard. */
  const mindGuard = (): void => {
    const windows = new Set(power.leases.all().map((lease) => lease.window_id));
    power.metrics.openWindows.set(windows.size);
    if (windows.size > 0) {
      lastLeased = performance.now();
      if (!away) void power.guard.ensure();
    } else if (performance.now() - lastLeased > guardIdleMs) void power.guard.retire();
  };
  const plan = (): void => {
    clearTimeout(timer);
    if (stopped) return;
    const now = power.clock();
    const ahead = [...backOffs.values()].filter((at) => at > now);
    const next = Math.min(nextExpiry(power.leases.all(), now) ?? Infinity, ...ahead);
    const rest = (away ? 500 : roundMs) - (performance.now() - lastRound);
    const wait = Math.min(rest, next - now + 1);
    timer = setTimeout(run, Math.max(1, wait));
  };
  const run = (): void => {
    if (running !== null) {
      again = true;
      return;
    }
    running = power.rounds.run('reconcile', round).then(() => {
      running = null;
      lastRound = performance.now();
      if (again && !stopped) {
        again = false;
        run();
      } else plan();
    });
  };

  let nudged: NodeJS.Timeout | undefined;
  const nudge = (): void => {
    // a burst of events is one look, and an opening or a closing is done before it
    nudged ??= setTimeout(() => {
      nudged = undefined;
      run();
    }, nudgeMs);
  };
  const unsubscribe = power.watch.subscribe((event) => {
    // a stop while nobody of ours is at work on the service is somebody's hand
    const ours = power.lock.busy(lockOf(event.service));
    if (event.action === 'stop' && !ours) deps.byHand.add(event.id);
    // by `docker update`, somebody may have given it a restart policy again
    if (/^(destroy|update)$/.test(event.action)) power.unbound.delete(event.id);
    if (event.action === 'die') power.proved.delete(event.id);
    if (event.action === 'start' || event.action === 'destroy') deps.byHand.delete(event.id);
    // what follows a service that somebody else started again is restarted too
    if (event.action === 'start' && !ours && power.leases.live(event.service).length > 0) {
      void power.seen.see(event.service, { started_at: event.at });
    }
    if (!/^(exec_|attach|resize|top|rename|update|kill)/.test(event.action)) nudge();
  });

  return {
    async start() {
      run();
      await running;
    },
    nudge,
    replan() {
      if (running === null) plan();
    },
    async stop() {
      stopped = true;
      unsubscribe();
      clearTimeout(timer);
      clearTimeout(nudged);
      await running;
      await Promise.all(settling.values());
    },
    engineAway: () => away,
  };
}
