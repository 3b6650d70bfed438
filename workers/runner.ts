import { Worker } from '@temporalio/worker';
import { pino } from 'pino';
import { readEnv } from '../contracts/env.ts';
import { temporalVariables } from '../contracts/tls.ts';
import type { HealthState } from '../contracts/service.ts';
import { serveHealth, type Served } from './health-server.ts';
import type { Role, RoleActivities, RoleDescription } from './role.ts';
import { serveTemporal } from './temporal/serve.ts';
import { installTemporalRuntime } from './temporal/runtime.ts';
import { version } from '../platform/version.ts';

/** How long running activities may continue after a stop request; a container has 3 s in total. */
const shutdownGraceMs = 2_000;
const pulseMs = 2_000;
/** How old the progress of long work is at most, such as that of a pull. */
const heartbeatMs = 2_000;

/** What a role has besides its description. */
export interface RoleParts {
  activities?: RoleActivities;
  served?: Served;
}

/**
 * Runs a role until `signal` aborts: serves its task queue and /health, and reconnects to Temporal for as long as it takes.
 * Throws only if its health port is taken or the environment is invalid.
 */
export async function runRole(
  role: Role,
  signal: AbortSignal,
  parts: RoleParts = {},
): Promise<void> {
  const env = readEnv(process.env, ...temporalVariables, 'VX11_BIND', 'VX11_LOG_LEVEL');
  const logger = pino({ level: env.VX11_LOG_LEVEL, base: { module: role.name } });
  await installTemporalRuntime(logger);
  let status = 'starting' as HealthState;
  const lacking = (await role.lacks?.(process.env)) ?? null;
  if (lacking !== null) logger.warn({ lacking }, 'something is missing');
  const health = await serveHealth(
    { host: env.VX11_BIND, port: role.port },
    () =>
      lacking === null || status !== 'ok'
        ? { status, module: role.name, version }
        : { status: 'degraded', module: role.name, version, reason: lacking },
    parts.served,
  );
  const { taskQueue: queue, activities: own } = role;
  const taskQueue =
    typeof queue === 'string' ? queue : queue(readEnv(process.env, 'VX11_HOST').VX11_HOST);
  const activities = {
    ...(typeof own === 'function' ? own(process.env) : own),
    ...parts.activities,
    describeRole: describing(role),
  };
  await serveTemporal({
    env,
    log: logger,
    signal,
    workers: async (on) => [
      await Worker.create({
        ...on,
        taskQueue,
        activities,
        shutdownGraceTime: shutdownGraceMs,
        maxHeartbeatThrottleInterval: heartbeatMs,
        ...role.worker,
      }),
    ],
    onState(state) {
      // it stays `starting` until the first connection, however long that takes
      if (state === status || (state === 'degraded' && status === 'starting')) return;
      status = state;
      logger.info({ status }, 'health changed');
    },
    pulseMs,
  });
  await health.close();
  logger.info('stopped');
}

function describing(role: Role): () => Promise<RoleDescription> {
  const started_at_ms = Date.now();
  const { name, sentence } = role;
  return () =>
    Promise.resolve({ name, sentence, version, node: process.versions.node, started_at_ms });
}
