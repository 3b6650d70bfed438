import type { CatalogService } from '../../../contracts/service.ts';
import type { ServiceFailure } from '../../../contracts/window.ts';
import { goalOf, goalsOf, type Goal } from '../../../domain/services/start-order.ts';
import { isUp } from '../../../domain/services/settle.ts';
import { createMissing } from './create-containers.ts';
import { serviceFailure } from '../host/failure.ts';
import { hostEvent, type PowerHost, type Cause } from '../host/host.ts';
import { allReady, type Readiness } from './readiness.ts';
import { notUp, restartOnExit, startOne, type Opening, type Up } from './start-one.ts';
import { reportDone, reportStarted } from './report-started.ts';

export interface StartResult {
  /** Services that run or have finished their job, including those that did not reach their goal. */
  started: string[];
  failed: ServiceFailure[];
}

export interface StartOptions {
  /** Services that the user requested directly: they have to become ready. */
  wanted: ReadonlySet<string>;
  /** When the window reserved its leases (epoch ms), if an earlier attempt may have done part of the work. */
  since?: number | null;
  /** Called with the jobs that the opening waits for, whenever they change. */
  onJobs?: (jobs: readonly string[]) => void;
}

/** The start of one service. */
interface Start {
  /** Resolves when its containers run and their `post_start` hooks have finished, or with the failure. */
  up: Promise<Up>;
  reached(goal: Goal): Promise<Readiness | null>;
}

/**
 * Starts leased services as Compose does: each as soon as all its dependencies have reached the condition of their
 * edge, otherwise in parallel. A failed service fails only the services that need it.
 * @param services in start order, dependencies included
 * @throws EngineError if the Engine is unavailable; the reason of `signal` on abort
 */
export async function startServices(
  power: PowerHost,
  services: CatalogService[],
  cause: Cause,
  signal: AbortSignal,
  { wanted, since = null, onJobs }: StartOptions,
): Promise<StartResult> {
  const over = new AbortController();
  const opening: Opening = {
    power,
    cause,
    since,
    signal: AbortSignal.any([signal, over.signal]),
    created: await createMissing(
      power,
      services.filter(({ replicas }) => replicas > 0),
      cause,
      signal,
    ),
  };
  const goals = goalsOf(services, wanted);
  /** Resolves when no dependent waits any more for the service to reach this goal. */
  const unawaited = async (name: string, goal: Goal): Promise<null> => {
    const waiting = services.filter(({ depends_on }) =>
      depends_on.some((edge) => edge.service === name && goalOf[edge.condition] === goal),
    );
    await Promise.all(waiting.map((one) => starts.get(one.name)!.up));
    return null;
  };
  const starts = new Map<string, Start>();
  const jobs = new Set<string>();
  try {
    const outcomes = services.map((service) => {
      const start = begin(opening, service, starts);
      starts.set(service.name, start);
      const { name } = service;
      const reached: Start['reached'] = (goal) =>
        goal === 'ready'
          ? start.reached(goal)
          : Promise.race([start.reached(goal), unawaited(name, goal)]);
      const mine = { ...start, reached };
      return outcomeOf(opening, service, mine, [...goals.get(name)!], (job, waits) => {
        if (waits) jobs.add(job);
        else jobs.delete(job);
        onJobs?.([...jobs]);
      });
    });
    const settled = await Promise.allSettled(outcomes);
    signal.throwIfAborted();
    const broken = settled.find((outcome) => outcome.status === 'rejected');
    if (broken !== undefined) throw broken.reason;
    const failed = settled.flatMap((outcome) =>
      outcome.status === 'fulfilled' && outcome.value !== null ? [outcome.value] : [],
    );
    const down = new Set(failed.flatMap((one) => (runsOn(one) ? [] : [one.service])));
    return { started: services.map(({ name }) => name).filter((name) => !down.has(name)), failed };
  } finally {
    // services that only had to run were watched until now
    over.abort();
  }
}

/** Whether the service runs despite its failure, which is enough for dependents that only need it started. */
const runsOn = ({ error }: ServiceFailure): boolean =>
  error === 'unhealthy' || error === 'not_ready_in_time';

function begin(
  opening: Opening,
  service: CatalogService,
  starts: ReadonlyMap<string, Start>,
): Start {
  const up = startAfterDependencies(opening, service, starts);
  const onExit = restartOnExit(opening, service);
  const reaching = new Map<Goal, Promise<Readiness | null>>();
  const reach = async (goal: Goal): Promise<Readiness | null> => {
    const { failure, containers } = await up;
    if (failure !== null) return { ready: false, failure };
    // a service without containers needs no wait
    if (containers.length === 0) return null;
    const { power, signal } = opening;
    try {
      return await allReady(power, service, containers, { goal, signal, onExit });
    } catch (error) {
      signal.throwIfAborted();
      return { ready: false, failure: serviceFailure(service.name, error) };
    }
  };
  const reached = (goal: Goal): Promise<Readiness | null> => {
    const found = reaching.get(goal) ?? reach(goal);
    reaching.set(goal, found);
    found.catch(() => undefined); // the caller that awaits it handles the error
    return found;
  };
  up.catch(() => undefined);
  return { up, reached };
}

async function startAfterDependencies(
  opening: Opening,
  service: CatalogService,
  starts: ReadonlyMap<string, Start>,
): Promise<Up> {
  const missing = await firstMissing(service, starts);
  if (missing !== null) return notUp(missing);
  const failure = opening.created.failures.get(service.name);
  return failure === undefined ? startOne(opening, service) : notUp(failure);
}

/**
 * Waits for the dependencies. @returns the first failure of a required dependency, as soon as it is known; else null
 */
function firstMissing(
  { name, depends_on }: CatalogService,
  starts: ReadonlyMap<string, Start>,
): Promise<ServiceFailure | null> {
  const edges = depends_on.map(async ({ service, condition, required }) => {
    // a dependency of another tier is not started by windows
    const start = starts.get(service);
    if (start === undefined) return null;
    const goal = goalOf[condition];
    const reached = goal === null ? null : await start.reached(goal);
    const failure = reached?.ready === false ? reached.failure : (await start.up).failure;
    if (failure === null || !required) return null;
    // only the failed service and its direct dependents name the cause; indirect ones do not repeat it
    const why =
      failure.error === 'dependency_failed'
        ? 'could not start either'
        : `failed: ${failure.detail}`;
    const detail = `it needs ${service}, which ${why}`;
    return { service: name, error: 'dependency_failed', detail } as const;
  });
  return new Promise((resolve, reject) => {
    for (const edge of edges) edge.then((failure) => failure !== null && resolve(failure), reject);
    Promise.all(edges).then(() => resolve(null), reject);
  });
}

/** Waits until the service has reached all its goals, and records the result. */
async function outcomeOf(
  opening: Opening,
  service: CatalogService,
  { up, reached }: Start,
  goals: readonly Goal[],
  onJob: (job: string, waits: boolean) => void,
): Promise<ServiceFailure | null> {
  const { power, cause } = opening;
  const first = await up;
  const { failure, containers } = first;
  if (failure !== null) {
    await reportFailure(power, failure, cause);
    return failure;
  }
  if (containers.length === 0) return null;
  const isJob = goals.includes('done');
  if (isJob) onJob(service.name, true);
  // a service that only has to run is also restarted if it exits before the window is open
  else if (goals.length === 0) void reached('ready').catch(() => undefined);
  const results = await Promise.all(goals.map(reached));
  if (isJob) onJob(service.name, false);
  const broken = results.find((one) => one?.ready === false);
  if (broken?.ready === false) {
    await reportFailure(power, broken.failure, cause);
    return broken.failure;
  }
  const newest = results.find((one) => one?.ready === true && !isUp(one.facts.state)) ?? results[0];
  const facts = newest?.ready ? newest.facts : await power.engine.inspect(containers[0]!.id);
  if (facts === null) return null;
  if (isUp(facts.state)) await reportStarted(opening, service, first, facts);
  else await reportDone(power, service.name, facts, cause);
  return null;
}

async function reportFailure(
  power: PowerHost,
  failure: ServiceFailure,
  cause: Cause,
): Promise<void> {
  const { actor, ...ids } = cause;
  await power.seen.see(failure.service, { note: failure.detail }, [
    hostEvent(power, 'service.failed', actor, {
      ...ids,
      service: failure.service,
      payload: { error: failure.error, detail: failure.detail },
    }),
  ]);
}
