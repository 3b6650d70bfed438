import type { CatalogService } from '../../../contracts/service.ts';
import type { ServiceFailure } from '../../../contracts/window.ts';
import { goalOf, goalsOf, type Goal } from '../../../domain/services/start-order.ts';
import { isUp } from '../../../domain/services/settle.ts';
import { createMissing } from './create-containers.ts';
import { serviceFailure } from '../host/failure.ts';
import { hostEvent, type PowerHost, type Cause } from '../host/host.ts';
import { allReady, type Readiness } from './readiness.ts';
import { notUp, restartingFallen, startOne, type Opening, type Up } from './start-one.ts';
import { reportDone, reportStarted } from './report-started.ts';

export interface StartResult {
  /** What runs now, or has done its work, also where it has not become what was asked of it. */
  started: string[];
  failed: ServiceFailure[];
}

export interface StartOptions {
  /** Those that were asked for themselves: they have to be ready. */
  wanted: ReadonlySet<string>;
  /** When the window was asked for, where an earlier try may have done some of this already; epoch ms. */
  since?: number | null;
  /** Called with the jobs that are waited for, whenever these change. */
  onJobs?: (jobs: readonly string[]) => void;
}

/** A service on its way. */
interface Start {
  /** Its containers run, their `post_start` hooks too; or why they do not. */
  up: Promise<Up>;
  reached(goal: Goal): Promise<Readiness | null>;
}

/**
 * Brings leased services up as Compose does: each as soon as every one that it depends on is as far as that edge asks,
 * all others at the same time. One that fails takes those down that need it so far, and nobody else.
 * @param services in start order, dependencies included
 * @throws EngineError when the Engine is away; the reason of `signal` when that is aborted
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
  /** Ends when nobody waits any more for the service to come so far: all that did have given up, or gone on. */
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
    // who was only to run was watched until now
    over.abort();
  }
}

/** One that is not well runs all the same, for those that ask no more of it. */
const runsOn = ({ error }: ServiceFailure): boolean =>
  error === 'unhealthy' || error === 'not_ready_in_time';

function begin(
  opening: Opening,
  service: CatalogService,
  starts: ReadonlyMap<string, Start>,
): Start {
  const up = startAfterDependencies(opening, service, starts);
  const onFall = restartingFallen(opening, service);
  const reaching = new Map<Goal, Promise<Readiness | null>>();
  const reach = async (goal: Goal): Promise<Readiness | null> => {
    const { failure, containers } = await up;
    if (failure !== null) return { ready: false, failure };
    // of a service without containers nothing is waited for
    if (containers.length === 0) return null;
    const { power, signal } = opening;
    try {
      return await allReady(power, service, containers, { goal, signal, onFall });
    } catch (error) {
      signal.throwIfAborted();
      return { ready: false, failure: serviceFailure(service.name, error) };
    }
  };
  const reached = (goal: Goal): Promise<Readiness | null> => {
    const found = reaching.get(goal) ?? reach(goal);
    reaching.set(goal, found);
    found.catch(() => undefined); // whoever waits for it hears of it
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

/** Waits for the dependencies. @returns the first that does not come as far as it has to, as soon as that is known */
function firstMissing(
  { name, depends_on }: CatalogService,
  starts: ReadonlyMap<string, Start>,
): Promise<ServiceFailure | null> {
  const edges = depends_on.map(async ({ service, condition, required }) => {
    // one of another tier is not ours to start
    const start = starts.get(service);
    if (start === undefined) return null;
    const goal = goalOf[condition];
    const reached = goal === null ? null : await start.reached(goal);
    const failure = reached?.ready === false ? reached.failure : (await start.up).failure;
    if (failure === null || !required) return null;
    // the cause is told once, by what it concerns and what needs that, and not by all that needs those
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

/** Waits until the service is all that is asked of it, and tells what came of it. */
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
    await tellFailure(power, failure, cause);
    return failure;
  }
  if (containers.length === 0) return null;
  const isJob = goals.includes('done');
  if (isJob) onJob(service.name, true);
  // what has only to run is brought back all the same where it falls before the window is open
  else if (goals.length === 0) void reached('ready').catch(() => undefined);
  const results = await Promise.all(goals.map(reached));
  if (isJob) onJob(service.name, false);
  const broken = results.find((one) => one?.ready === false);
  if (broken?.ready === false) {
    await tellFailure(power, broken.failure, cause);
    return broken.failure;
  }
  const newest = results.find((one) => one?.ready === true && !isUp(one.facts.state)) ?? results[0];
  const facts = newest?.ready ? newest.facts : await power.engine.inspect(containers[0]!.id);
  if (facts === null) return null;
  if (isUp(facts.state)) await reportStarted(opening, service, first, facts);
  else await reportDone(power, service.name, facts, cause);
  return null;
}

async function tellFailure(power: PowerHost, failure: ServiceFailure, cause: Cause): Promise<void> {
  const { actor, ...ids } = cause;
  await power.seen.see(failure.service, { note: failure.detail }, [
    hostEvent(power, 'service.failed', actor, {
      ...ids,
      service: failure.service,
      payload: { error: failure.error, detail: failure.detail },
    }),
  ]);
}
