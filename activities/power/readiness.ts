import { setTimeout as sleep } from 'node:timers/promises';
import type { CatalogService } from '../../contracts/service.ts';
import type { ServiceFailure } from '../../contracts/window.ts';
import type { ContainerFacts } from '../engine/container-facts.ts';
import type { PowerHost } from './host.ts';
import { listening, untilCheckPasses } from './probe.ts';

/** A look every 2 s stands behind the event stream, for what happens while it reconnects. */
const lookMs = 2000;
const probeMs = 50;

export type Readiness =
  { ready: true; facts: ContainerFacts } | { ready: false; failure: ServiceFailure };

/**
 * Waits until a started container is ready: where it has a health check, as soon as that passes, whoever runs it, else
 * listening on one of its ports, else running. A service that listens nowhere in time runs all the same, and counts as started.
 * @throws the reason of `signal` when that is aborted
 */
export async function untilReady(
  power: PowerHost,
  service: CatalogService,
  containerId: string,
  signal: AbortSignal,
): Promise<Readiness> {
  const failed = (error: ServiceFailure['error'], detail: string): Readiness => ({
    ready: false,
    failure: { service: service.name, error, detail },
  });
  const changes = containerChanges(power, containerId);
  const asking = new AbortController();
  let passed: Promise<unknown> | null = null;
  const giveUp = performance.now() + service.start_timeout_ms;
  try {
    for (;;) {
      signal.throwIfAborted();
      const facts = await power.engine.inspect(containerId);
      if (facts === null) return failed('exited', 'its container was removed while it started');
      if (facts.state === 'exited' || facts.state === 'dead') return ended(service, facts, failed);
      if (facts.health === 'unhealthy') {
        return failed('unhealthy', `its health check failed; see docker logs ${facts.name}`);
      }
      if (facts.health === 'healthy') return { ready: true, facts };
      if (power.proved.has(containerId)) {
        return { ready: true, facts: { ...facts, state: 'running', health: 'healthy' } };
      }
      if (facts.health === 'none') {
        if ((await listening(facts.addresses, service.ports)) !== 'not yet')
          return { ready: true, facts };
      }
      const left = giveUp - performance.now();
      if (left <= 0) {
        if (facts.health === 'none') return { ready: true, facts };
        const limit = Math.round(service.start_timeout_ms / 1000);
        return failed(
          'not_ready_in_time',
          `not healthy within ${limit} s; see docker logs ${facts.name}`,
        );
      }
      if (facts.health === 'starting') passed ??= proveHealth(power, service, facts, asking.signal);
      const pause = facts.health === 'none' ? probeMs : lookMs;
      await Promise.race([
        changes.next(),
        sleep(Math.min(pause, left), undefined, { signal }),
        ...(passed === null ? [] : [passed]),
      ]);
    }
  } finally {
    asking.abort();
    changes.close();
  }
}

/** Asks the container itself how it is; ends only when it says that it is well. */
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

/** A service that others wait for to complete has succeeded when it ends with 0. */
function ended(
  service: CatalogService,
  facts: ContainerFacts,
  failed: (error: ServiceFailure['error'], detail: string) => Readiness,
): Readiness {
  if (facts.exit_code === 0 && service.restart === 'no') return { ready: true, facts };
  const why = facts.out_of_memory
    ? 'it ran out of memory'
    : `it ended with exit code ${facts.exit_code}`;
  return failed('exited', `${why} while it started; see docker logs ${facts.name}`);
}

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
