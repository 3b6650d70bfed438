import { ApplicationFailure } from '@temporalio/activity';
import type { CatalogService } from '../../contracts/service.ts';
import type { ServiceFailure } from '../../contracts/window.ts';
import { keptUp } from '../../domain/replicas.ts';
import { isUp } from '../../domain/settle.ts';
import type { ContainerSummary } from '../engine/engine.ts';
import { EngineError } from '../engine/engine-error.ts';
import { allDone, startContainer, type Cause } from './bring.ts';
import { findContainers, type FoundContainer } from './containers.ts';
import { maxTtl } from './converge.ts';
import { serviceFailure } from './failure.ts';
import { hostEvent, type PowerHost, lockOf } from './host.ts';
import { prepareImages } from './images.ts';
import { untilReady, type Readiness } from './readiness.ts';

export interface StartResult {
  started: string[];
  failed: ServiceFailure[];
}

/**
 * Brings leased services up: each as soon as what it depends on is as far as it asks, all others at the same time.
 * One that fails takes those down that need it, and nobody else.
 * @param services in start order, dependencies included
 * @throws EngineError when the Engine is away; the reason of `signal` when that is aborted
 */
export async function startServices(
  power: PowerHost,
  services: CatalogService[],
  cause: Cause,
  signal: AbortSignal,
): Promise<StartResult> {
  const created = await createMissing(power, services, cause, signal);
  const starts = new Map<string, Promise<ServiceFailure | null>>();
  for (const service of services) {
    starts.set(
      service.name,
      startAfterDependencies(power, service, starts, created, cause, signal),
    );
  }
  const outcomes = await Promise.allSettled(starts.values());
  const broken = outcomes.find((outcome) => outcome.status === 'rejected');
  if (broken !== undefined) throw broken.reason;
  const failed = outcomes.flatMap((outcome) =>
    outcome.status === 'fulfilled' && outcome.value !== null ? [outcome.value] : [],
  );
  const names = new Set(failed.map((failure) => failure.service));
  return { started: services.map(({ name }) => name).filter((name) => !names.has(name)), failed };
}

interface Created {
  containers: Map<string, ContainerSummary[]>;
  failures: Map<string, ServiceFailure>;
}

/** Compose makes what is missing or outdated, in one call, or one by one where that call fails. */
async function createMissing(
  power: PowerHost,
  services: CatalogService[],
  cause: Cause,
  signal: AbortSignal,
): Promise<Created> {
  if (services.length === 0) return { containers: new Map(), failures: new Map() };
  const containers = await findContainers(power);
  const of = (name: string): ContainerSummary[] => containers.get(name) ?? [];
  const runs = ({ name }: CatalogService): boolean => of(name).some(({ state }) => isUp(state));
  const isShort = ({ name, replicas }: CatalogService): boolean =>
    of(name).length < Math.max(1, replicas);
  const idle = services.filter((one) => isShort(one) || !runs(one));
  const { failures, renewed } = await prepareImages(power, idle, containers, cause, signal);
  const isOutdated = ({ name, config_hash }: CatalogService): boolean =>
    renewed.has(name) || of(name).some((container) => container.config_hash !== config_hash);
  const make = async (missing: CatalogService[], existing?: 'keep'): Promise<void> => {
    const names = missing.map(({ name }) => name);
    if (names.length === 0) return;
    try {
      await power.compose.create(names, existing);
    } catch (error) {
      for (const name of names) {
        await power.compose.create([name], existing).catch((reason: unknown) => {
          failures.set(name, serviceFailure(name, names.length === 1 ? error : reason));
        });
      }
    }
  };
  const missing = services.filter(
    (one) => !failures.has(one.name) && (isShort(one) || (isOutdated(one) && !runs(one))),
  );
  if (missing.length === 0) return { containers, failures };
  await power.lock.run('compose', async () => {
    await make(missing.filter((one) => !runs(one)));
    // what runs is left as it is: another window may be using it
    await make(missing.filter(runs), 'keep');
  });
  return { containers: await findContainers(power), failures };
}

async function startAfterDependencies(
  power: PowerHost,
  service: CatalogService,
  starts: ReadonlyMap<string, Promise<ServiceFailure | null>>,
  created: Created,
  cause: Cause,
  signal: AbortSignal,
): Promise<ServiceFailure | null> {
  const { name } = service;
  for (const dependency of service.depends_on) {
    const failure = await starts.get(dependency.service);
    if (failure !== undefined && failure !== null && dependency.required) {
      const detail = `it needs ${dependency.service}, which failed: ${failure.detail}`;
      return { service: name, error: 'dependency_failed', detail };
    }
  }
  const failure =
    created.failures.get(name) ?? (await startOne(power, service, created, cause, signal));
  if (failure !== null) await tellFailure(power, failure, cause);
  return failure;
}

async function startOne(
  power: PowerHost,
  service: CatalogService,
  created: Created,
  cause: Cause,
  signal: AbortSignal,
): Promise<ServiceFailure | null> {
  const { name } = service;
  const found = keptUp(created.containers.get(name) ?? [], service.replicas);
  if (found.length < Math.max(1, service.replicas)) {
    const made = found.length === 0 ? 'no container' : `only ${found.length} containers`;
    const detail = `Compose made ${made} for it; see docker compose ps --all`;
    return { service: name, error: 'create_failed', detail };
  }
  const began = performance.now();
  try {
    const containers = await power.lock.run(lockOf(name), async () => {
      signal.throwIfAborted();
      await power.leases.refresh();
      if (power.leases.live(name).length === 0) {
        throw ApplicationFailure.retryable('its lease ran out while it waited to start');
      }
      await power.guardFiles.write(name, power.leases.live(name), maxTtl(power, name));
      // whoever has the lock next finds no start under way
      return allDone(found.map((container) => startOrRemake(power, name, container)));
    });
    const result = await allReady(power, service, containers, signal);
    if (!result.ready) return result.failure;
    const ready_ms = Math.round(performance.now() - began);
    power.metrics.ready.observe(ready_ms / 1000);
    const { actor, ...ids } = cause;
    const { facts } = result;
    await power.seen.see(
      name,
      {
        container_id: facts.id,
        container_name: facts.name,
        state: facts.state,
        health: facts.health,
        started_at: facts.started_at,
        finished_at: null,
        exit_code: null,
        outdated: false,
        tolerated: false,
        stray_since: null,
        note: null,
      },
      containers.every(({ state }) => isUp(state))
        ? []
        : [
            hostEvent(power, 'service.started', actor, {
              ...ids,
              service: name,
              payload: { ready_ms },
            }),
          ],
    );
    return null;
  } catch (error) {
    signal.throwIfAborted();
    return serviceFailure(name, error);
  }
}

/** An Engine that died in the middle of a start may refuse that container for ever; then it is made anew, once. */
async function startOrRemake(
  power: PowerHost,
  name: string,
  container: ContainerSummary,
): Promise<ContainerSummary> {
  try {
    await startContainer(power, container);
    return container;
  } catch (error) {
    if (!(error instanceof EngineError && /task \w+: already exists/.test(error.message)))
      throw error;
    power.log.warn({ err: error, service: name }, 'its container is stale, and made anew');
    await power.engine.remove(container.id);
    await power.lock.run('compose', () => power.compose.create([name], 'keep'));
    const fresh = (await findContainers(power)).get(name)?.find(({ state }) => state === 'created');
    if (fresh === undefined) throw error;
    await startContainer(power, fresh);
    return fresh;
  }
}

/** Ready when each container of the service is: as the first of them that is not, else as the first of all. */
export async function allReady(
  power: PowerHost,
  service: CatalogService,
  containers: readonly FoundContainer[],
  signal: AbortSignal,
): Promise<Readiness> {
  const results = await Promise.all(
    containers.map(({ id }) => untilReady(power, service, id, signal)),
  );
  return results.find(({ ready }) => !ready) ?? results[0]!;
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
