import type { CatalogService } from '../../../contracts/service.ts';
import type { ServiceFailure } from '../../../contracts/window.ts';
import { isDone } from '../../../domain/services/one-shot.ts';
import type { Goal } from '../../../domain/services/start-order.ts';
import { poll } from '../../../platform/concurrency/poll.ts';
import type { ContainerFacts } from '../../engine/container-facts.ts';
import type { PowerHost } from '../host/host.ts';
import { listening, untilCheckPasses } from './probe.ts';

/** Polling interval, to catch changes that the event stream misses while it reconnects. */
const pollMs = 2000;
const probeMs = 50;

export type Readiness =
  { ready: true; facts: ContainerFacts } | { ready: false; failure: ServiceFailure };

/** What to do with a container that exited during the wait: check it again, or give up with a reason. */
export type AfterExit = { again: true } | { again: false; because: string };

export interface Waiting {
  goal: Goal;
  signal: AbortSignal;
  /** @param giveUp end of its start limit, in `performance.now()`; Infinity for a job */
  onExit?: (facts: ContainerFacts, giveUp: number) => Promise<AfterExit>;
}

/**
 * Returns how long a service may take to become ready: `x-vx11.start_timeout`, else the time that its health check
 * needs to decide, also if only its image declares one.
 */
export function startLimitMs(
  service: Pick<CatalogService, 'start_timeout_ms' | 'start_timeout_fixed'>,
  facts: Pick<ContainerFacts, 'health_check'> | null,
): number {
  if (service.start_timeout_fixed === true) return service.start_timeout_ms;
  return Math.max(service.start_timeout_ms, facts?.health_check?.decides_ms ?? 0);
}

/**
 * Waits until a started container has reached its goal.
 * - `ready`: its health check passes, run by the Engine or by VX11; without a health check, one of its ports listens;
 * else it runs. A service that listens on no port in time still runs and counts as started.
 * - `healthy`: its health check passes.
 * - `done`: it exited with 0, however long that takes.
 *
 * @throws the reason of `signal` on abort
 */
export async function untilReady(
  power: PowerHost,
  service: CatalogService,
  containerId: string,
  { goal, signal, onExit }: Waiting,
): Promise<Readiness> {
  const failed = (error: ServiceFailure['error'], detail: string): Readiness => ({
    ready: false,
    failure: { service: service.name, error, detail },
  });
  const changes = containerChanges(power, containerId);
  const asking = new AbortController();
  let passed: Promise<unknown> | null = null;
  let everyMs = 0;
  let change = changes.next();
  const began = performance.now();

  const look = async (): Promise<Readiness | null> => {
    // taken before the container is looked at, so that no change in between is missed
    change = changes.next();
    const facts = await power.engine.inspect(containerId);
    if (facts === null) return failed('exited', 'its container was removed while it started');
    const limitMs = goal === 'done' ? Infinity : startLimitMs(service, facts);
    const giveUp = began + limitMs;
    if (facts.state === 'exited' || facts.state === 'dead') {
      if (isDone(service, facts.exit_code) && goal !== 'healthy') return { ready: true, facts };
      const next = await onExit?.(facts, giveUp);
      everyMs = 0;
      if (next?.again === true) return null;
      return failed('exited', `${next?.because ?? whyEnded(facts)}; see docker logs ${facts.name}`);
    }
    if (goal !== 'done') {
      const now = await readinessNow(power, service, facts, goal);
      if (now !== 'not yet') return now.ready ? now : failed(now.error, now.detail);
      if (performance.now() >= giveUp) {
        if (facts.health === 'none') return { ready: true, facts };
        const limit = Math.round(limitMs / 1000);
        return failed(
          'not_ready_in_time',
          `not healthy within ${limit} s; see docker logs ${facts.name}, and x-vx11.start_timeout for a longer limit`,
        );
      }
      if (facts.health === 'starting') {
        passed ??= proveHealth(power, service, facts, asking.signal);
      }
    }
    const usual = goal !== 'done' && facts.health === 'none' ? probeMs : pollMs;
    everyMs = Math.max(0, Math.min(usual, giveUp - performance.now()));
    return null;
  };
  const sooner = (): Promise<unknown> =>
    Promise.race([change, ...(passed === null ? [] : [passed])]);
  try {
    return (await poll(look, { everyMs: () => everyMs, sooner, signal }))!;
  } finally {
    asking.abort();
    changes.close();
  }
}

type Now =
  | { ready: true; facts: ContainerFacts }
  | { ready: false; error: ServiceFailure['error']; detail: string }
  | 'not yet';

/** The readiness of a running container. */
async function readinessNow(
  power: PowerHost,
  service: CatalogService,
  facts: ContainerFacts,
  goal: Goal,
): Promise<Now> {
  if (facts.health === 'unhealthy') {
    const detail = `its health check failed; see docker logs ${facts.name}`;
    return { ready: false, error: 'unhealthy', detail };
  }
  if (facts.health === 'healthy') return { ready: true, facts };
  if (power.proved.has(facts.id)) {
    return { ready: true, facts: { ...facts, state: 'running', health: 'healthy' } };
  }
  if (facts.health !== 'none') return 'not yet';
  if (goal === 'healthy') {
    const detail =
      'it has no health check, and another service waits for it to be healthy; give it a healthcheck, or wait for service_started';
    return { ready: false, error: 'unhealthy', detail };
  }
  const answer = await listening(facts.addresses, service.ports);
  return answer === 'not yet' ? 'not yet' : { ready: true, facts };
}

/** Runs the container's health check. Resolves only once it passes. */
function proveHealth(
  power: PowerHost,
  service: CatalogService,
  facts: ContainerFacts,
  signal: AbortSignal,
): Promise<void> {
  return new Promise((resolve) => {
    void untilCheckPasses(power, facts, service.ports, signal).then((passes) => {
      if (!passes || signal.aborted) return;
      power.proved.add(facts.id);
      resolve();
    });
  });
}

/** The reason of a container's exit, as text for people. */
const whyEnded = ({ out_of_memory, exit_code }: ContainerFacts): string =>
  `${out_of_memory ? 'it ran out of memory' : `it ended with exit code ${exit_code}`} while it started`;

function containerChanges(power: PowerHost, id: string): { next(): Promise<void>; close(): void } {
  let wake: () => void = () => undefined;
  let changed = new Promise<void>((resolve) => (wake = resolve));
  const close = power.watch.subscribe((event) => {
    if (event.id !== id || event.action.startsWith('exec_')) return;
    wake();
    changed = new Promise<void>((resolve) => (wake = resolve));
  });
  return { next: () => changed, close };
}

/**
 * Waits for every container of a service. Returns the first failure; without one, the result of the first container.
 */
export async function allReady(
  power: PowerHost,
  service: CatalogService,
  containers: readonly { id: string }[],
  waiting: Waiting,
): Promise<Readiness> {
  const results = await Promise.all(
    containers.map(({ id }) => untilReady(power, service, id, waiting)),
  );
  return results.find(({ ready }) => !ready) ?? results[0]!;
}
