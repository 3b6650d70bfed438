import { Registry } from 'prom-client';
import { pino } from 'pino';
import { vi } from 'vitest';
import { createPowerMetrics, gaugeGuard } from '../../activities/power/host/metrics.ts';
import {
  createTaskMetrics,
  gaugeAdmission,
  countRounds,
  samplesOf,
} from '../../activities/tasks/metrics.ts';
import { madreAutonomy } from '../../workers/madre/autonomy.ts';
import { createChecks } from '../../workers/madre/checks.ts';
import { createFeatures } from '../../workers/madre/features/features.ts';
import { madreLlm } from '../../workers/madre/llm.ts';
import { createRepairs } from '../../workers/madre/repairs.ts';
import { createTraceFields } from '../../workers/madre/trace-fields.ts';
import { createTrials } from '../../workers/madre/trials.ts';
import type { TemporalConnection } from '../../workers/madre/temporal-connection.ts';
import { startHost } from '../activities/power/one-host.ts';
import { adminToken, seedStack, startGateway, view } from '../gateway/fixture.ts';

/** What `GET /metrics` of a gateway answers, with madre's metrics and those of a spawner. */
export async function scrape(): Promise<string> {
  const madre = await madreRegistry();
  const gateway = await startGateway({
    deps: {
      madre: { breaker: 'closed', metrics: () => madre.metrics() } as never,
    },
  });
  try {
    await seedStack(gateway.store);
    await gateway.store.windows.request(view(), []);
    const detail = { samples: await samplesOf(spawnerRegistry()) };
    const at = Date.now();
    await gateway.store.presence.beat({ process: 'spawner', host: 'box', at, detail });
    const headers = { 'x-vx11-token': adminToken };
    const { body } = await gateway.inject({ url: '/metrics', headers });
    return body;
  } finally {
    await gateway.close();
  }
}

/** The registry of a madre, made by the code that makes it in its process. */
async function madreRegistry(): Promise<Registry> {
  const { power } = await startHost({ web: {} });
  // its features keep the client, and no metric asks it
  Object.defineProperty(power.engine, 'docker', { value: {} });
  const registry = new Registry();
  const { host, store, clock, log } = power;
  createPowerMetrics(registry);
  gaugeGuard(registry, () => power.guard.unseenMs());
  vi.stubEnv('VX11_LLM_BASE_URL', 'http://127.0.0.1:1');
  vi.stubEnv('VX11_LLM_MODEL', 'm');
  const switchAt = { url: 'http://127.0.0.1:1', key: null };
  const llm = madreLlm({ store, registry, log: pino({ level: 'silent' }), clock, switchAt });
  vi.unstubAllEnvs();
  vi.stubEnv('OTEL_EXPORTER_OTLP_ENDPOINT', 'http://127.0.0.1:1');
  const temporal = {} as TemporalConnection;
  const home = power.compose.named.replace(/\/[^/]*$/, '');
  const checks = createChecks(power, temporal, { home, registry });
  await createFeatures(power, temporal, {
    home,
    key: null,
    registry,
    dockerConfig: home,
    ownsPlans: true,
    notifyAllow: [],
    isAsleep: () => false,
    traceFields: createTraceFields(),
  });
  vi.unstubAllEnvs();
  const plans = {} as never;
  createRepairs(power, temporal, {
    home,
    registry,
    llm,
    plans,
    patches: {} as never,
    trials: createTrials(checks.deps, home).deps,
  });
  madreAutonomy({ host, store, registry, log, clock, llm, plans, mayRepair: () => false });
  return registry;
}

function spawnerRegistry(): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ host: 'box' });
  const { queued } = createTaskMetrics(registry);
  queued.observe(1);
  gaugeAdmission(registry, { running: 0, waiting: 0 } as never, () => 0);
  countRounds(registry);
  return registry;
}
