import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { InjectOptions, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import type { Catalog, CatalogService, ServiceObservation } from '../../contracts/service.ts';
import type { TokenScope } from '../../contracts/token.ts';
import type { WindowView } from '../../contracts/window.ts';
import { buildApp } from '../../gateway/app.ts';
import type { GatewayConfig, RateLimits } from '../../gateway/config.ts';
import type { App } from '../../gateway/context.ts';
import type { GatewayDeps } from '../../gateway/deps.ts';
import { createMadrePort } from '../../gateway/madre.ts';
import { connectTemporal } from '../../gateway/temporal.ts';
import { newToken } from '../../gateway/token-text.ts';
import { openStore, type Store } from '../../store/index.ts';

export const adminToken = 'an-admin-token-of-the-environment';
/** Nothing listens here: what stands for Temporal and madre being away. */
const nobody = '127.0.0.1:1';

export const plenty: RateLimits = {
  readsPerToken: 1e8,
  changesPerToken: 1e8,
  perAddress: 1e8,
  refusalsPerAddress: 1e8,
};

export interface Gateway {
  app: App;
  /** One request, in a turn of the event loop of its own, as it would be over a socket. */
  inject(options: InjectOptions): Promise<LightMyRequestResponse>;
  store: Store;
  /** Its file, for hands that go past the store. */
  storeFile: string;
  /** Lines that were logged, as JSON. */
  log: string[];
  token(scope: TokenScope, change?: { expires_at?: number; revoked_at?: number }): Promise<string>;
  close(): Promise<void>;
}

/** A gateway over a real SQLite store in a folder of its own, with whatever else a test puts in place. */
export async function startGateway(
  change: { config?: Partial<GatewayConfig>; deps?: Partial<GatewayDeps> } = {},
): Promise<Gateway> {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-gateway-'));
  const storeFile = join(folder, 'store.db');
  const store = await openStore(`sqlite:${storeFile}`);
  const log: string[] = [];
  const temporal = change.deps?.temporal ?? connectTemporal(nobody, 'default');
  const app = await buildApp({
    config: {
      version: '0.0.0-test',
      host: 'box',
      allowedHosts: ['box'],
      allowedOrigins: ['https://good.example'],
      adminToken,
      limits: plenty,
      maxStreams: 4,
      ...change.config,
    },
    store: () => store,
    temporal,
    madre: createMadrePort(`http://${nobody}`),
    redis: null,
    clock: Date.now,
    logger: pino({ level: 'info' }, { write: (line) => void log.push(line) }),
    ...change.deps,
  });
  return {
    app,
    async inject(options) {
      await nextTurn();
      return app.inject(options);
    },
    store,
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
      app.server.closeAllConnections(); // a client's spare connection would be waited for
      await app.close();
      await temporal.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export const service = (name: string, change: Partial<CatalogService> = {}): CatalogService => ({
  name,
  tier: 'window',
  image: 'tiny',
  config_hash: 'abc',
  depends_on: [],
  default_ttl_ms: 600_000,
  max_ttl_ms: 3_600_000,
  idle_ms: null,
  stray: 'stop',
  has_healthcheck: false,
  start_timeout_ms: 30_000,
  stop_grace_ms: 10_000,
  ports: [],
  restart: 'no',
  memory_bytes: null,
  cpus: null,
  ...change,
});

export const catalog = (services: CatalogService[], host = 'box'): Catalog => ({
  host,
  project: 'demo',
  compose_file: '/demo/compose.yaml',
  services,
  budget: { memory_bytes: null, cpus: null },
  read_at: new Date().toISOString(),
  error: null,
});

export const observation = (
  name: string,
  change: Partial<ServiceObservation> = {},
): ServiceObservation => ({
  name,
  host: 'box',
  container_id: 'c0ffee',
  container_name: `demo-${name}-1`,
  state: 'running',
  health: 'none',
  exit_code: null,
  started_at: Date.now(),
  finished_at: null,
  stop: null,
  stray_since: null,
  tolerated: false,
  outdated: false,
  memory_bytes: null,
  note: null,
  ...change,
});

let nth = 0;

export const view = (change: Partial<WindowView> = {}): WindowView => ({
  window_id: `window-${(nth += 1).toString(16).padStart(16, '0')}`,
  kind: 'target',
  host: 'box',
  target: 'web',
  services: ['web'],
  members: ['web'],
  state: 'open',
  mode: 'ttl',
  ttl_ms: 60_000,
  max_ttl_ms: 3_600_000,
  owner: 'a operator',
  reason: null,
  correlation_id: 'seed',
  requested_at: new Date().toISOString(),
  opened_at: new Date().toISOString(),
  expires_at: new Date(Date.now() + 60_000).toISOString(),
  closed_at: null,
  extensions: 0,
  services_started: ['web'],
  services_failed: [],
  waiting_for: null,
  approval: null,
  receipt: null,
  ...change,
});

/** madre's sign of life, as a fresh heartbeat leaves it. */
export const beat = (store: Store, at = Date.now()): Promise<void> =>
  store.presence.beat({ process: 'madre', host: 'box', at, detail: { engine: 'ok' } });

/** The store of a machine with two services, `db` and `web` asleep, and madre alive. */
export async function seedStack(store: Store, at = Date.now()): Promise<void> {
  await store.services.saveCatalog(
    catalog([
      service('web'),
      service('db', { max_ttl_ms: 600_000 }),
      service('postgres', { tier: 'infrastructure' }),
      service('redis', { tier: 'core' }),
    ]),
    [],
  );
  await beat(store, at);
}
