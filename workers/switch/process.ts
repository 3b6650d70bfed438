import { readFile } from 'node:fs/promises';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { loadCatalog } from '../../activities/routing/catalog/load-catalog.ts';
import { createSwitch } from '../../activities/routing/create-switch.ts';
import { capFetch } from '../../activities/providers/fetch.ts';
import { readEnv } from '../../contracts/env.ts';
import { internalTlsVariables } from '../../contracts/tls.ts';
import { createRounds } from '../../platform/concurrency/rounds.ts';
import { internalKey } from '../../platform/internal-key.ts';
import { openStore } from '../../store/index.ts';
import { knowsKey } from '../internal-http.ts';
import { internalTlsOf } from '../internal-tls.ts';
import type { Role } from '../role.ts';
import { runRole } from '../runner.ts';
import { routingMetrics } from './metrics.ts';
import { switchRoutes } from './routes.ts';

const flushEveryMs = 500;
/** The longest list of models, in bytes. */
const listBytes = 16 * 1024 * 1024;
const refreshEveryMs = 10 * 60_000;

/** Runs switch: its routes for the gateway, and its rounds, until `signal` aborts. */
export async function runSwitch(role: Role, signal: AbortSignal): Promise<void> {
  const env = readEnv(
    process.env,
    'VX11_HOME',
    'VX11_STORE_URL',
    'VX11_INTERNAL_KEY',
    'VX11_SWITCH_PORT',
    'VX11_SWITCH_USD_PER_DAY',
    'VX11_SWITCH_USD_PER_OWNER',
    'VX11_LOG_LEVEL',
    ...internalTlsVariables,
  );
  const log = pino({ level: env.VX11_LOG_LEVEL, base: { module: role.name } });
  const key = internalKey(env.VX11_INTERNAL_KEY, env.VX11_HOME);
  if (key === null)
    throw new Error('switch has no key: set VX11_INTERNAL_KEY for it and the gateway.');
  const store = await openStore(env.VX11_STORE_URL);
  const registry = new Registry();
  const catalog = await loadCatalog({
    env: process.env,
    readFile: (path) => readFile(path, 'utf8'),
    fetch: capFetch({ answer: listBytes, stream: listBytes }),
    now: Date.now,
  });
  for (const note of catalog.current().notes) log.warn({ note }, 'about the providers');
  const router = await createSwitch({
    store,
    catalog,
    env: process.env,
    digestKey: key,
    budget: {
      all: env.VX11_SWITCH_USD_PER_DAY ?? null,
      owner: env.VX11_SWITCH_USD_PER_OWNER ?? null,
    },
    metrics: routingMetrics(registry),
    clock: Date.now,
    log,
  });
  const rounds = createRounds({ log });
  const running = [
    rounds.every('write what waits', flushEveryMs, () => router.flush(), signal),
    rounds.every('ask for models', refreshEveryMs, () => router.refresh(), signal),
  ];
  await runRole({ ...role, port: env.VX11_SWITCH_PORT }, signal, {
    served: {
      tls: internalTlsOf(env, log).served,
      routes: switchRoutes(router, key),
      metrics: { text: () => registry.metrics(), mayRead: knowsKey(key) },
      requestTimeoutMs: 60_000,
    },
  });
  await Promise.allSettled(running);
  await router
    .flush()
    .catch((error: unknown) => log.warn({ err: error }, 'the last records are lost'));
  await store.close();
}
