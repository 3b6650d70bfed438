import { throwFailures, type RoundOutcome } from '../../platform/concurrency/bounded-round.ts';
import { pause } from '../../platform/concurrency/pause.ts';
import { nextExpiry } from '../../domain/windows/lease.ts';
import { adoptStack } from './adopt-stack.ts';
import { reconcileService, type Adopt, type ReconcileDeps } from './reconcile-service.ts';
import { inStopOrder } from './start/take-down.ts';
import { createNoting, observe, type Noting, type Observation } from './observe.ts';
import { hostEvent, lockOf, type PowerHost } from './host/host.ts';
import type { ProjectClaim } from './host/project-claim.ts';

/** Interval between rounds when nothing happens; a deadline or an Engine event starts a round early. */
const roundMs = 4000;
/** How long a round waits for the work that it started, so that a service that stops slowly delays no other one. */
const waitMs = 250;
/** Delay between an Engine event and the round that it starts. */
const nudgeMs = 200;
/** An idle guard is removed after this long. */
const guardIdleMs = 60_000;
const nothing: RoundOutcome = { done: 0, failures: [], left: 0 };

/**
 * Reconciles the Engine with the leases for as long as the process lives, without Temporal: services that no live
 * lease holds are stopped at their deadline, and services that one holds are started again if they exit.
 */
export interface ReconcileLoop {
  /** Resolves after the first round, even if that failed. */
  start(): Promise<void>;
  /** Starts a round soon, because the Engine changed. */
  nudge(): void;
  /** Schedules the next round by the current leases. */
  replan(): void;
  stop(): Promise<void>;
  engineAway(): boolean;
}

export interface LoopEvents {
  /** The Engine, the guard or the claim on the project changed its state. */
  onUpdate: () => void;
  /** Called before each round; false if another process is responsible for the host. */
  mayAct?: () => Promise<boolean>;
}

export function createReconcileLoop(
  power: PowerHost,
  adopt: Adopt,
  { onUpdate, mayAct = () => Promise.resolve(true) }: LoopEvents,
): ReconcileLoop {
  /** Earliest next start of each service that exited; epoch ms. */
  const backOffs = new Map<string, number>();
  const deps: ReconcileDeps = {
    power,
    adopt,
    exits: new Map(),
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
  /** Another installation managed the stack before, so its running services are not strays. */
  let takenOver = false;
  let loaded = false;
  const inProgress = new Map<string, Promise<void>>();
  /** Services that could not be reconciled, each with the error. */
  const unreconciled = new Map<string, unknown>();
  const recording = createNoting();
  let away = false;
  let lastLeased = performance.now();
  let lastRound = performance.now();

  /** Reconciles a service, one run at a time: a second caller waits for the run in progress. */
  const reconcile = (observation: Observation): Promise<void> => {
    const known = inProgress.get(observation.name);
    if (known !== undefined) return known;
    backOffs.delete(observation.name);
    const mine = reconcileService(deps, observation)
      .then(
        () => void unreconciled.delete(observation.name),
        (error: unknown) => {
          if (!unreconciled.has(observation.name))
            power.log.warn(
              { err: error, service: observation.name },
              'a service could not be reconciled; trying again',
            );
          unreconciled.set(observation.name, error);
        },
      )
      .finally(() => inProgress.delete(observation.name));
    inProgress.set(observation.name, mine);
    return mine;
  };
  const round = async (): Promise<void> => {
    if (!(await mayAct())) return;
    power.metrics.rounds.inc();
    await power.leases.refresh();
    if (!power.leases.known()) return;
    let recorded: RoundOutcome = nothing;
    let failure: unknown = null;
    const record: Noting = async (...one) => (recorded = await recording(...one));
    try {
      const claim = await claimProject();
      if (claim === 'taken_over') [met, takenOver] = [false, true];
      if (claim === 'elsewhere') await loadSeen();
      else met ||= await adoptStack(power, takenOver);
      const observations = await observe(power, record);
      await engineIs(true);
      // no sign of life for our guard either: to the other installation, services of our windows are strays by now
      if (claim === 'elsewhere') return;
      const byName = new Map(observations.map((observation) => [observation.name, observation]));
      const reconciled = inStopOrder(power, [...byName.keys()], (name) =>
        reconcile(byName.get(name)!),
      );
      await Promise.race([reconciled, pause(waitMs)]);
      for (const name of unreconciled.keys()) if (!byName.has(name)) unreconciled.delete(name);
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
    maintainGuard();
    if (failure !== null) throw failure;
    const failures = [...unreconciled].map(([key, error]) => ({ key, error }));
    throwFailures(recorded, { done: 0, failures, left: 0 });
  };
  const loadSeen = async (): Promise<void> => {
    if (loaded) return;
    await power.seen.load();
    loaded = true;
  };
  /** A project that another installation manages is only observed. */
  const claimProject = async (): ReturnType<ProjectClaim['check']> => {
    const { project } = power.catalog.known() ?? (await power.catalog.current());
    if (project === '') return 'held';
    const before = power.claim.state();
    const claim = await power.claim.check(project);
    const now = power.claim.state();
    if (now.managed_elsewhere !== before.managed_elsewhere || now.contender !== before.contender)
      onUpdate();
    return claim;
  };
  const engineIs = async (here: boolean, error?: unknown): Promise<void> => {
    if (here === !away) return;
    away = !here;
    if (here) power.log.info('the Engine is available again');
    else power.log.error({ err: error }, 'the Engine is unavailable');
    const event = hostEvent(power, here ? 'engine.back' : 'engine.lost', 'settle_loop', {});
    await power.store.events.append([event]).catch(() => undefined);
    onUpdate();
  };
  /**
   * Writes a sign of life for the guard, and reports when the guard stops or resumes confirming that it reads them.
   */
  const signLife = async (): Promise<void> => {
    const at = power.clock();
    const change = await power.guard.confirm((await power.guardFiles.alive(at)) ? at : null);
    if (change === null) return;
    const { reason } = power.guard.state();
    if (change === 'blind') power.log.error({ reason }, 'the guard is blind');
    else power.log.info('the guard reads its files again');
    const event = hostEvent(power, `guard.${change}`, 'settle_loop', { payload: { reason } });
    await power.store.events.append([event]).catch(() => undefined);
    onUpdate();
  };
  /** Starts or removes the guard. Not awaited, so that no deadline waits for the guard. */
  const maintainGuard = (): void => {
    const windows = new Set(power.leases.all().map((lease) => lease.window_id));
    power.metrics.openWindows.set(windows.size);
    if (windows.size > 0 || power.trials.size > 0) {
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
    // a burst of events starts one round, and an opening or closing that caused it is usually over by then
    nudged ??= setTimeout(() => {
      nudged = undefined;
      run();
    }, nudgeMs);
  };
  const unsubscribe = power.watch.subscribe((event) => {
    // a stop while this process does not work on the service was done by hand
    const ours = power.lock.busy(lockOf(event.service));
    if (event.action === 'stop' && !ours) deps.byHand.add(event.id);
    // `docker update` may have set a restart policy again
    if (/^(destroy|update)$/.test(event.action)) power.unbound.delete(event.id);
    if (event.action === 'die') power.proved.delete(event.id);
    if (event.action === 'start' || event.action === 'destroy') deps.byHand.delete(event.id);
    // services that follow one that was started by hand are restarted too
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
      await Promise.all(inProgress.values());
    },
    engineAway: () => away,
  };
}
