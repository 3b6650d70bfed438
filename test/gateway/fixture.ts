import type { AddressInfo } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import type { Catalog, CatalogService, ServiceObservation } from '../../contracts/service.ts';
import { newId } from '../../contracts/ids.ts';
import type { TokenScope } from '../../contracts/token.ts';
import type { WindowView } from '../../contracts/window.ts';
import { buildApp, createContext } from '../../gateway/app.ts';
import type { GatewayConfig, RateLimits } from '../../gateway/config.ts';
import type { App } from '../../gateway/http/app-type.ts';
import type { GatewayContext } from '../../gateway/context.ts';
import type { GatewayDeps } from '../../gateway/deps.ts';
import { createMadrePort } from '../../gateway/madre/client.ts';
import { createSwitchPort } from '../../gateway/routing/switch-client.ts';
import { connectTemporal } from '../../gateway/temporal/port.ts';
import { newToken } from '../../gateway/tokens/token-text.ts';
import { audioFolders } from '../../platform/audio-folder.ts';
import { openStore, type Store } from '../../store/index.ts';
import { recordRoutes } from './http/record-routes.ts';
import { anOpenWindow, aService, iso, minute, seen } from '../domain/samples.ts';

recordRoutes();

export const adminToken = 'an-admin-token-of-the-environment';
/** Nothing listens here: an unavailable Temporal and madre. */
const nobody = '127.0.0.1:1';

export const plenty: RateLimits = {
  readsPerToken: 1e8,
  changesPerToken: 1e8,
  proposalsPerToken: 1e8,
  perAddress: 1e8,
  refusalsPerAddress: 1e8,
};

export interface Gateway {
  app: App;
  context: GatewayContext;
  /** Sends one request in its own turn of the event loop, as over a socket. */
  inject(options: InjectOptions): Promise<LightMyRequestResponse>;
  store: Store;
  /** Folder of the tasks' artifacts. */
  files: string;
  /** Folder of the reports of checks. */
  reports: string;
  /** The database file, for changes that bypass the store. */
  storeFile: string;
  /** The logged lines, as JSON. */
  log: string[];
  token(scope: TokenScope, change?: { expires_at?: number; revoked_at?: number }): Promise<string>;
  close(): Promise<void>;
}

export interface GatewayChange {
  config?: Partial<GatewayConfig>;
  deps?: Partial<GatewayDeps>;
}

/** A gateway over a real SQLite store in its own folder, with the dependencies that a test replaces. */
export async function startGateway(change: GatewayChange = {}): Promise<Gateway> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-gateway-'));
  const storeFile = join(folder, 'store.db');
  const store = await openStore(`sqlite:${storeFile}`);
  const log: string[] = [];
  const temporal = change.deps?.temporal ?? connectTemporal(nobody, 'default');
  const deps: GatewayDeps = {
    config: {
      version: '0.0.0-test',
      host: 'box',
      allowedHosts: ['box'],
      allowedOrigins: ['https://good.example'],
      adminToken,
      secrets: [],
      stateKey: 'k'.repeat(64),
      limits: plenty,
      maxStreams: 4,
      tasksFolder: join(folder, 'spawns'),
      runsFolder: join(folder, 'runs'),
      audio: audioFolders(folder),
      audioBytes: 1024 ** 3,
      uiFolder: join(folder, 'ui'),
      hormigueroActions: false,
      emitIntent: false,
      inee: null,
      callbackAllow: [],
      allowDownload: true,
      modelCaps: { models: 20, bytes: 4e9, model_bytes: 2e9 },
      streamBeatMs: 10_000,
      ...change.config,
    },
    store: () => store,
    temporal,
    madre: createMadrePort(`http://${nobody}`),
    switch: createSwitchPort(`http://${nobody}`, null),
    redis: null,
    clock: Date.now,
    logger: pino({ level: 'info' }, { write: (line) => void log.push(line) }),
    ...change.deps,
  };
  const context = createContext(deps);
  const app = await buildApp(deps, context);
  return {
    app,
    context,
    async inject(options) {
      await nextTurn();
      return app.inject(options);
    },
    store,
    files: join(folder, 'spawns'),
    reports: join(folder, 'runs'),
    storeFile,
    log,
    async token(scope, dates = {}) {
      const { id, text, secretHash } = newToken();
      const token = { id, name: `a ${scope}`, scope, secret_hash: secretHash };
      const unused = { created_at: 0, expires_at: null, revoked_at: null, last_used_at: null };
      await store.tokens.create({ ...token, ...unused, ...dates }, []);
      return text;
    },
    async close() {
      app.server.closeAllConnections(); // or closing would wait for a client's idle connection
      await app.close();
      await temporal.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const catalog = (services: CatalogService[], host = 'box'): Catalog => ({
  host,
  project: 'demo',
  compose_file: '/demo/compose.yaml',
  services,
  budget: { memory_bytes: null, cpus: null },
  read_at: new Date().toISOString(),
  error: null,
});

/** The last observation of a service of `box`: it runs. */
export const observation = (
  name: string,
  change: Partial<ServiceObservation> = {},
): ServiceObservation =>
  seen({
    name,
    host: 'box',
    container_name: `demo-${name}-1`,
    started_at: Date.now(),
    ...change,
  });

/** A window on `web` of `box`, open for a minute from now. */
export function view(change: Partial<WindowView> = {}): WindowView {
  const now = Date.now();
  return anOpenWindow({
    window_id: newId('window'),
    host: 'box',
    ttl_ms: minute,
    owner: 'a operator',
    requested_at: iso(now),
    opened_at: iso(now),
    expires_at: iso(now + minute),
    ...change,
  });
}

/** Stores a fresh heartbeat of madre. */
export const beat = (store: Store, at = Date.now(), detail = {}): Promise<void> =>
  store.presence.beat({
    process: 'madre',
    host: 'box',
    at,
    detail: { engine: 'ok', guard: 'idle', ...detail },
  });

/** Fills the store of a machine with two sleeping services, `db` and `web`, and a live madre. */
export async function seedStack(store: Store, at = Date.now()): Promise<void> {
  await store.services.saveCatalog(
    catalog([
      aService('web'),
      aService('db', { max_ttl_ms: 10 * minute }),
      aService('postgres', { tier: 'infrastructure' }),
      aService('redis', { tier: 'core' }),
    ]),
    [],
  );
  await beat(store, at);
}

export interface ListeningGateway extends Gateway {
  port: number;
  /** `http://…` without a path. */
  base: string;
}

/** A gateway over a stack at rest, listening on a local port. */
export async function startListening(change: GatewayChange = {}): Promise<ListeningGateway> {
  const gateway = await startGateway(change);
  await seedStack(gateway.store);
  await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = gateway.app.server.address() as AddressInfo;
  return { ...gateway, port, base: `http://127.0.0.1:${port}` };
}
