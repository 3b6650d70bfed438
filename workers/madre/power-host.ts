import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import pLimit from 'p-limit';
import type { Logger } from 'pino';
import type { Registry } from 'prom-client';
import { createCatalogReader } from '../../activities/compose/catalog.ts';
import { createClock } from '../../platform/clock.ts';
import { createCompose } from '../../activities/compose/compose.ts';
import { createSeal } from '../../activities/drift/seal.ts';
import { createEngine } from '../../activities/engine/engine.ts';
import { watchEngine } from '../../activities/engine/watch.ts';
import { createImages } from '../../activities/images/images.ts';
import { createKeyedLock } from '../../platform/concurrency/lock.ts';
import { createRounds } from '../../platform/concurrency/rounds.ts';
import { projectsInUse } from '../../activities/power/host/containers.ts';
import { createGuard } from '../../activities/power/host/guard-container.ts';
import { createGuardFiles } from '../../activities/power/host/guard-files.ts';
import type { PowerHost } from '../../activities/power/host/host.ts';
import { createKnownDefinitions } from '../../activities/power/host/known-definitions.ts';
import { createLeaseCache } from '../../activities/power/host/lease-cache.ts';
import { createPowerMetrics, gaugeGuard } from '../../activities/power/host/metrics.ts';
import { createObservations } from '../../activities/power/host/observations.ts';
import { createProjectClaim } from '../../activities/power/host/project-claim.ts';
import type { Store } from '../../store/index.ts';

/** The settings of power over one host. */
export interface PowerSettings {
  host: string;
  home: string;
  composeFile: string;
  composeBinary: string | undefined;
  /** The folder of Docker's config.json, which holds the credentials of registries. */
  dockerConfig: string;
  socket: string;
  image: string;
  guard: boolean;
  /** Seals what is remembered of compose files; null: until this process ends. */
  key: string | null;
}

const cores = availableParallelism();
/** Longer than work on one service, even with a stop grace of minutes; a longer wait fails and is retried. */
const lockMs = 600_000;

/** Wires the power over one host. Starts only the Engine's event stream. */
export async function createPowerHost(
  settings: PowerSettings,
  deps: {
    store: Store;
    registry: Registry;
    log: Logger;
    onEngineEvents: () => void;
    /** Called when a kind of round starts or stops failing. */
    onRounds: () => void;
  },
): Promise<PowerHost> {
  const { store, log } = deps;
  const { host, socket } = settings;
  const clock = createClock(await newestInstant(store));
  const engine = createEngine(socket);
  const compose = createCompose(settings.composeFile, settings.composeBinary, socket);
  const catalog = createCatalogReader({
    compose,
    store,
    host,
    clock,
    log,
    capacity: () => engine.host(),
  });
  const project = (): string => catalog.known()?.project ?? '';
  const folder = join(settings.home, 'guard');
  const seen = createObservations({ store, host, clock, log });
  const guardFiles = createGuardFiles(
    folder,
    project,
    clock,
    log,
    (service) => seen.get(service).containers ?? [],
  );
  const guard = createGuard({
    docker: engine.docker,
    enabled: settings.guard,
    image: settings.image,
    home: settings.home,
    folder,
    project,
    socket,
    echoed: () => guardFiles.echoed(),
    log,
  });
  const leases = createLeaseCache(store, host, clock);
  const metrics = createPowerMetrics(deps.registry);
  gaugeGuard(deps.registry, () => guard.unseenMs());
  return {
    host,
    engine,
    compose,
    images: createImages({
      docker: engine.docker,
      dockerConfig: settings.dockerConfig,
      build: (service, on, signal) => compose.build(service, on, signal),
    }),
    catalog,
    store,
    clock,
    log,
    guard,
    watch: watchEngine(socket, () => projectsInUse({ catalog, seen, leases }), {
      gap: () => {
        // a different Engine may answer at the socket now
        void engine.identity().catch(() => undefined);
        deps.onEngineEvents();
      },
      lost: (error) => log.debug({ err: error }, 'the Engine event stream broke'),
    }),
    guardFiles,
    leases,
    seen,
    claim: createProjectClaim({
      docker: engine.docker,
      home: settings.home,
      composeFile: settings.composeFile,
      log,
    }),
    lock: createKeyedLock(lockMs),
    rounds: createRounds({
      log,
      onFailure: (round) => metrics.roundsFailed.inc({ round }),
      onChange: deps.onRounds,
    }),
    unbound: new Set(),
    definitions: createKnownDefinitions(store, { host, clock, seal: createSeal(settings.key) }),
    respelled: new Map(),
    proved: new Set(),
    trials: new Map(),
    slots: { start: pLimit(2 * cores), stop: pLimit(8 * cores), ask: pLimit(cores) },
    metrics,
  };
}

/** An instant further in the future comes from a wrong clock and is ignored. */
const believableMs = 24 * 3_600_000;

/** Returns the newest instant in the store, of an event or a heartbeat: the clock must not start before it. */
async function newestInstant(store: Store): Promise<number> {
  const newest = await store.events.newest();
  const [event] = await store.events.after(newest - 1, 1);
  const beats = (await store.presence.list()).map(({ at }) => at);
  const instants = [event === undefined ? 0 : Date.parse(event.at), ...beats];
  return Math.max(0, ...instants.filter((at) => at < Date.now() + believableMs));
}
