import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { onTestFinished } from 'vitest';
import { createCatalogReader } from '../../../activities/compose/catalog.ts';
import { ComposeError, type Compose } from '../../../activities/compose/compose.ts';
import type { Clock } from '../../../platform/clock.ts';
import { createKeyedLock } from '../../../platform/concurrency/lock.ts';
import { createRounds } from '../../../platform/concurrency/rounds.ts';
import { createGuard } from '../../../activities/power/host/guard-container.ts';
import { createGuardFiles } from '../../../activities/power/host/guard-files.ts';
import type { PowerHost } from '../../../activities/power/host/host.ts';
import { createKnownDefinitions } from '../../../activities/power/host/known-definitions.ts';
import { createLeaseCache } from '../../../activities/power/host/lease-cache.ts';
import { createPowerMetrics } from '../../../activities/power/host/metrics.ts';
import { createObservations } from '../../../activities/power/host/observations.ts';
import { createProjectClaim } from '../../../activities/power/host/project-claim.ts';
import {
  createReconcileLoop,
  type ReconcileLoop,
} from '../../../activities/power/reconcile-loop.ts';
import { composeConfig, type ComposeConfig } from '../../../contracts/compose.ts';
import { newId } from '../../../contracts/ids.ts';
import type { WindowView } from '../../../contracts/window.ts';
import type { KnownLease, Lease } from '../../../guard/decide.ts';
import { openLeaseFolder, type LeaseFolder } from '../../../guard/lease-file.ts';
import { openStore, type Store } from '../../../store/index.ts';
import { anOpenWindow, iso, minute, noon } from '../../domain/samples.ts';
import { createFakeEngine, type FakeEngine } from './fake-engine.ts';
import { createFakeImages, type FakeImages } from './start/fake-images.ts';

const project = 'shop';
const silent = pino({ level: 'silent' });
export const cause = { actor: 'ada', correlation_id: 'c-1' };

/** Power control of a host with an in-memory Engine and Compose, a real store and a real guard folder. */
export interface OneHost {
  power: PowerHost;
  engine: FakeEngine;
  images: FakeImages;
  store: Store;
  time: TestTime;
  /** The files that the guard and the worker share. */
  guard: {
    files: LeaseFolder;
    pathOf(service: string): string;
    /** The file with the fallback for unreadable leases. */
    projectFile: string;
    /** The leases that a guard that starts now would read. */
    readFresh(): KnownLease[];
    leaseOf(service: string): Lease | null;
  };
  /** Replaces the compose file by one with these services; with null, by one that Compose cannot read. */
  writeCompose(services: Record<string, object> | null, project?: string): Promise<void>;
  /** Stores an open window with leases for ten minutes. The lease cache has not read them yet. */
  lease(services: string[], change?: Partial<WindowView>): Promise<WindowView>;
  /** The same, with its services started by the worker. */
  open(services: string[], change?: Partial<WindowView>): Promise<WindowView>;
  /** Creates a reconcile loop for this host. It is not started yet, and stops with the test. */
  reconcileLoop(onUpdate?: () => void): ReconcileLoop;
  /** The host of a restarted process: the same store, Engine and folder, and no other state. */
  nextLife(itsStore?: Store): PowerHost;
  /** Ends the host now, for tests that start many; otherwise it ends with its test. */
  end(): Promise<void>;
}

/** A clock that stays at noon until a test moves or starts it. Epoch ms. */
interface TestTime {
  now: number;
  /** Lets the clock run at normal speed. */
  run(): void;
}

function createTestTime(): TestTime {
  let at = noon;
  let since: number | null = null;
  const passed = (): number => (since === null ? 0 : Math.floor(performance.now() - since));
  return {
    get now() {
      return at + passed();
    },
    set now(next) {
      at = next - passed();
    },
    run: () => void (since ??= performance.now()),
  };
}

/**
 * Starts a host that ends with its test.
 * @param services the services of the compose file; `top` its other top-level elements, `variables` the environment,
 * `clock` the host's clock if it is not `time`
 */
export async function startHost(
  services: Record<string, object>,
  {
    top = {},
    variables = {},
    clock = null,
  }: { top?: object; variables?: Record<string, string>; clock?: Clock | null } = {},
): Promise<OneHost> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-host-'));
  const file = join(folder, 'compose.yml');
  const store = await openStore(`sqlite:${join(folder, 'vx11.db')}`);
  const time = createTestTime();
  const now = clock ?? (() => time.now);
  const engine = createFakeEngine(project, now);
  const images = createFakeImages();
  let known: Record<string, object> | null = services;
  let named = project;
  let edits = 0;
  const files = openLeaseFolder(folder);

  const config = async (): Promise<ComposeConfig> => {
    if (known === null) throw new ComposeError('yaml: line 2: did not find expected key');
    return composeConfig.parse({ ...top, name: named, services: known });
  };
  const compose: Compose = {
    named: file,
    fingerprint: async () => String(edits),
    read: async () => ({
      config: await config(),
      broken: new Map(),
      hashesOf: (name) => [`hash of ${name}`],
      declared: (name) => (known?.[name] as Record<string, unknown> | undefined) ?? null,
      profiles: [],
      networks: [],
      volumes: [],
    }),
    variables: async (names) =>
      new Map(names.flatMap((name) => (name in variables ? [[name, variables[name]!]] : []))),
    async create(names, existing) {
      const { services: wanted } = await config();
      const made = (name: string) =>
        engine.of(name).filter((one) => one.project === named && !one.oneoff);
      for (const name of existing === 'recreate' ? names : [])
        for (const { id } of made(name)) await engine.remove(id);
      for (const name of names)
        while (made(name).length < (wanted[name]?.scale ?? 1))
          engine.add(name, { state: 'created', project: named });
    },
    build: async () => undefined,
    call: () => Promise.reject(new ComposeError('this test has no files')),
  };
  const writeCompose: OneHost['writeCompose'] = async (next, itsProject = named) => {
    known = next;
    edits += 1;
    named = itsProject;
  };
  const life = (itsStore = store): PowerHost => {
    const catalog = createCatalogReader({
      compose,
      store: itsStore,
      host: 'host-a',
      clock: now,
      log: silent,
      capacity: () => engine.host(),
    });
    const seen = createObservations({ store: itsStore, host: 'host-a', clock: now, log: silent });
    const heldOf = (service: string) => seen.get(service).containers ?? [];
    const currentProject = () => catalog.known()?.project ?? '';
    return {
      host: 'host-a',
      engine,
      compose,
      images,
      catalog,
      store: itsStore,
      clock: now,
      log: silent,
      watch: engine.watch,
      leases: createLeaseCache(itsStore, 'host-a', now),
      seen,
      guard: createGuard({
        docker: undefined as never, // switched off, so it calls no Engine
        enabled: false,
        image: 'none',
        home: folder,
        folder,
        project: () => '',
        socket: 'none',
        echoed: () => Promise.resolve(0),
        log: silent,
      }),
      // there is no other installation, so this one holds the project
      claim: createProjectClaim({
        docker: undefined as never,
        home: folder,
        composeFile: file,
        log: silent,
      }),
      guardFiles: createGuardFiles(folder, currentProject, now, silent, heldOf),
      lock: createKeyedLock(minute),
      rounds: createRounds({ log: silent }),
      unbound: new Set(),
      definitions: createKnownDefinitions(itsStore, {
        host: 'host-a',
        clock: now,
        seal: (value) => value,
      }),
      respelled: new Map(),
      proved: new Set(),
      trials: new Map(),
      slots: { start: (work) => work(), stop: (work) => work(), ask: (work) => work() },
      metrics: createPowerMetrics(new Registry()),
    };
  };
  const loops: ReconcileLoop[] = [];
  let ending: Promise<void> | null = null;
  const end = (): Promise<void> =>
    (ending ??= (async () => {
      await Promise.all(loops.map((loop) => loop.stop()));
      await store.close();
      await rm(folder, { recursive: true, force: true, maxRetries: 3 });
    })());
  onTestFinished(end);
  await writeCompose(services);
  const power = life();
  const readFresh = (): KnownLease[] =>
    openLeaseFolder(folder).read({ wall_ms: Date.now(), steady_ms: performance.now() });
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
    return view;
  };
  return {
    power,
    engine,
    images,
    store,
    time,
    guard: {
      files,
      pathOf: (service) => join(folder, project, 'leases', `${service}.json`),
      projectFile: join(folder, project, 'project.json'),
      readFresh,
      leaseOf: (service) => readFresh().find((one) => one.service === service)?.lease ?? null,
    },
    writeCompose,
    lease,
    async open(names, change) {
      const view = await lease(names, change);
      await power.leases.refresh();
      for (const name of names) {
        const { id, name: container_name, state, started_at } = engine.put(name);
        await power.guardFiles.write(name, power.leases.live(name), view.max_ttl_ms);
        await power.seen.see(name, { container_id: id, container_name, state, started_at });
      }
      return view;
    },
    reconcileLoop(onUpdate = () => undefined) {
      const loop = createReconcileLoop(power, async () => undefined, { onUpdate });
      loops.push(loop);
      return loop;
    },
    nextLife: life,
    end,
  };
}
