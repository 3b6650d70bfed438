import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import { createKeyedLock } from '../../activities/lock.ts';
import { createGuardFiles } from '../../activities/power/guard-files.ts';
import type { PowerHost } from '../../activities/power/host.ts';
import { createLeaseBook } from '../../activities/power/lease-book.ts';
import { createPowerMetrics } from '../../activities/power/metrics.ts';
import { createObservations } from '../../activities/power/observations.ts';
import type { CatalogService } from '../../contracts/service.ts';
import { openStore, type Store } from '../../store/index.ts';
import { catalog as catalogOf } from '../gateway/fixture.ts';
import { createFakeEngine, type FakeEngine } from './fake-engine.ts';

const host = 'box';

/** Power over one host with a store and a guard folder of its own; only the Engine and Compose are not real. */
export interface PowerBench {
  power: PowerHost;
  engine: FakeEngine;
  store: Store;
  /** The folder that the guard would read. */
  folder: string;
  /** The same host after its process died: what only memory held is gone. */
  again(): PowerHost;
  /** Writes live leases of a window that is open. */
  lease(windowId: string, services: string[], deadline?: number | null): Promise<void>;
}

export async function powerBench(
  services: CatalogService[],
  change: (store: Store) => Store = (store) => store,
): Promise<PowerBench> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-power-'));
  const store = await openStore(`sqlite:${join(folder, 'store.db')}`);
  onTestFinished(async () => {
    await store.close();
    await rm(folder, { recursive: true, force: true });
  });
  const engine = createFakeEngine();
  const catalog = catalogOf(services, host);
  const log = pino({ level: 'silent' });
  const clock = Date.now;
  const life = (own: Store): PowerHost => ({
    host,
    engine,
    watch: engine.watch,
    compose: {
      files: [],
      config: () => Promise.reject(new Error('not asked for')),
      hashes: () => Promise.reject(new Error('not asked for')),
      async create(names) {
        for (const name of names) {
          const wanted = services.find((known) => known.name === name)?.replicas ?? 1;
          while (engine.of(name).length < wanted) engine.make(name);
        }
      },
    },
    catalog: {
      async current() {
        await own.services.saveCatalog(catalog, []);
        return catalog;
      },
      known: () => catalog,
    },
    store: own,
    leases: createLeaseBook(own, host, clock),
    seen: createObservations({ store: own, host, clock, log }),
    guard: {
      ensure: async () => undefined,
      retire: async () => undefined,
      confirm: async () => null,
      state: () => ({ state: 'off', reason: null }),
    },
    guardFiles: createGuardFiles(join(folder, 'guard'), () => catalog.project, clock, log),
    clock,
    lock: createKeyedLock(),
    unbound: new Set(),
    proved: new Set(),
    slots: { start: (work) => work(), stop: (work) => work(), ask: (work) => work() },
    metrics: createPowerMetrics(new Registry()),
    log,
  });
  return {
    power: life(change(store)),
    engine,
    store,
    folder: join(folder, 'guard'),
    again: () => life(store),
    async lease(window_id, names, deadline = null) {
      const leases = names.map((service) => ({
        window_id,
        host,
        service,
        deadline,
        is_open: true,
      }));
      await store.leases.reserve(window_id, leases, Date.now());
    },
  };
}
