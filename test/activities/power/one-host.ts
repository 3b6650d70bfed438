import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { createCatalogReader } from '../../../activities/catalog.ts';
import { ComposeError, type Compose } from '../../../activities/compose.ts';
import { createKeyedLock } from '../../../activities/lock.ts';
import { createGuard } from '../../../activities/power/guard-container.ts';
import { createGuardFiles } from '../../../activities/power/guard-files.ts';
import type { PowerHost } from '../../../activities/power/host.ts';
import { createLeaseBook } from '../../../activities/power/lease-book.ts';
import { createPowerMetrics } from '../../../activities/power/metrics.ts';
import { createObservations } from '../../../activities/power/observations.ts';
import { composeConfig } from '../../../contracts/compose.ts';
import { newId } from '../../../contracts/ids.ts';
import type { WindowView } from '../../../contracts/window.ts';
import type { Lease } from '../../../guard/decide.ts';
import { openLeaseFolder, type LeaseFolder } from '../../../guard/lease-file.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { anOpenWindow, iso, minute, noon } from '../../domain/samples.ts';
import { createFakeEngine, type FakeEngine } from './fake-engine.ts';

const project = 'shop';
const silent = pino({ level: 'silent' });
export const cause = { actor: 'ada', correlation_id: 'c-1' };

/** Power over a host whose Engine and Compose are in memory; its store and the guard's folder are real. */
export interface OneHost {
  power: PowerHost;
  engine: FakeEngine;
  store: Store;
  /** The host's clock; epoch ms. */
  time: { now: number };
  /** What the guard and the worker share. */
  guard: {
    files: LeaseFolder;
    pathOf(service: string): string;
    /** What a guard that starts now would read. */
    leaseOf(service: string): Lease | null;
  };
  /** Writes the compose file anew: these services, or with null one that Compose cannot read. */
  writeCompose(services: Record<string, object> | null): Promise<void>;
  /** An open window with its leases, until ten minutes from now. */
  lease(services: string[], change?: Partial<WindowView>): Promise<WindowView>;
  /** The same, with its services up as the worker has started them. */
  open(services: string[], change?: Partial<WindowView>): Promise<WindowView>;
  /** What the next process has: the same store, Engine and folder, and nothing else. */
  nextLife(): PowerHost;
  end(): Promise<void>;
}

export async function startHost(services: Record<string, object>): Promise<OneHost> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-host-'));
  const file = join(folder, 'compose.yml');
  const store = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
  const time = { now: noon };
  const clock = (): number => time.now;
  const engine = createFakeEngine(clock);
  let known: Record<string, object> | null = services;
  let edits = 0;
  const files = openLeaseFolder(folder);

  const compose: Compose = {
    files: [file],
    config: () =>
      known === null
        ? Promise.reject(new ComposeError('yaml: line 2: did not find expected key'))
        : Promise.resolve(composeConfig.parse({ name: project, services: known })),
    hashes: () =>
      Promise.resolve(new Map(Object.keys(known ?? {}).map((name) => [name, `hash of ${name}`]))),
    create(names) {
      for (const name of names) engine.put(name, { state: 'created', started_at: null });
      return Promise.resolve();
    },
  };
  const writeCompose: OneHost['writeCompose'] = async (next) => {
    known = next;
    await writeFile(file, '#'.repeat((edits += 1))); // another size is another file
  };
  const life = (): PowerHost => {
    const catalog = createCatalogReader({
      compose,
      store,
      host: 'host-a',
      clock,
      log: silent,
      capacity: () => engine.host(),
    });
    return {
      host: 'host-a',
      engine,
      compose,
      catalog,
      store,
      clock,
      log: silent,
      watch: { subscribe: () => () => undefined, close: () => undefined },
      leases: createLeaseBook(store, 'host-a', clock),
      seen: createObservations({ store, host: 'host-a', clock, log: silent }),
      guard: createGuard({
        docker: undefined as never, // switched off, it asks nobody
        enabled: false,
        image: 'none',
        home: folder,
        folder,
        socket: 'none',
        echoed: () => Promise.resolve(0),
        log: silent,
      }),
      guardFiles: createGuardFiles(folder, () => catalog.known()?.project ?? '', clock, silent),
      lock: createKeyedLock(),
      unbound: new Set(),
      proved: new Set(),
      slots: { start: (work) => work(), stop: (work) => work(), ask: (work) => work() },
      metrics: createPowerMetrics(new Registry()),
    };
  };
  await writeCompose(services);
  const power = life();
  const lease: OneHost['lease'] = async (names, change = {}) => {
    const view = anOpenWindow({
      window_id: newId('window'),
      target: names[0]!,
      services: names,
      members: names,
      services_started: names,
      opened_at: iso(time.now),
      expires_at: iso(time.now + 10 * minute),
      ...change,
    });
    const deadline = view.expires_at === null ? null : Date.parse(view.expires_at);
    const held = { window_id: view.window_id, host: view.host, deadline, is_open: true };
    const leases = names.map((service) => ({ ...held, service }));
    await store.windows.save(view, []);
    await store.leases.reserve(view.window_id, leases, time.now);
    await power.leases.refresh();
    return view;
  };
  return {
    power,
    engine,
    store,
    time,
    guard: {
      files,
      pathOf: (service) => join(folder, project, 'leases', `${service}.json`),
      leaseOf(service) {
        const now = { wall_ms: Date.now(), steady_ms: performance.now() };
        const leased = openLeaseFolder(folder).read(now);
        return leased.find((one) => one.service === service)?.lease ?? null;
      },
    },
    writeCompose,
    lease,
    async open(names, change) {
      const view = await lease(names, change);
      for (const name of names) {
        const { id, name: container_name, state, started_at } = engine.put(name);
        await power.guardFiles.write(name, power.leases.live(name), view.max_ttl_ms);
        await power.seen.see(name, { container_id: id, container_name, state, started_at });
      }
      return view;
    },
    nextLife: life,
    async end() {
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
