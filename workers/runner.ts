import { setTimeout as sleep } from 'node:timers/promises';
import { NativeConnection, TransportError, Worker } from '@temporalio/worker';
import { pino, type Logger } from 'pino';
import { readEnv } from '../contracts/env.ts';
import type { HealthState } from '../contracts/service.ts';
import { serveHealth } from './health-server.ts';
import type { Role, RoleDescription } from './role.ts';
import { runWorkers } from './run-workers.ts';
import { installTemporalRuntime } from './temporal/runtime.ts';
import { version } from '../platform/version.ts';

/** How long running activities may go on after a request to stop; a container has 3 s in all. */
const shutdownGraceMs = 2_000;
const pulseMs = 2_000;
const firstRetryMs = 250;
const longestRetryMs = 5_000;

/**
 * Runs a role until `signal` aborts: takes its activities from its queue, answers /health, and waits for Temporal
 * for as long as that is away. Throws only when its health port is taken or the environment is wrong.
 */
export async function runRole(role: Role, signal: AbortSignal): Promise<void> {
  const env = readEnv(
    process.env,
    'TEMPORAL_ADDRESS',
    'TEMPORAL_NAMESPACE',
    'VX11_BIND',
    'VX11_LOG_LEVEL',
  );
  const logger = pino({ level: env.VX11_LOG_LEVEL, base: { module: role.name } });
  await installTemporalRuntime(logger);
  let status = 'starting' as HealthState;
  const health = await serveHealth({ host: env.VX11_BIND, port: role.port }, () => ({
    status,
    module: role.name,
    version,
  }));
  const activities = { ...role.activities, describeRole: describing(role) };
  for (let wait = firstRetryMs; !signal.aborted; wait = Math.min(wait * 2, longestRetryMs)) {
    try {
      await serve(role.taskQueue, env, activities, signal, (state) => {
        if (state === status) return;
        status = state;
        wait = firstRetryMs;
        logger.info({ status }, 'health changed');
      });
    } catch (error) {
      if (status === 'ok') status = 'degraded';
      logTrouble(logger, error, env.TEMPORAL_ADDRESS, wait);
    }
    await sleep(wait, undefined, { signal }).catch(() => undefined);
  }
  await health.close();
  logger.info('stopped');
}

/** One life of a worker: returns when `signal` aborts, throws when it cannot go on. */
async function serve(
  taskQueue: string,
  env: { TEMPORAL_ADDRESS: string; TEMPORAL_NAMESPACE: string },
  activities: Record<string, (...args: never[]) => Promise<unknown>>,
  signal: AbortSignal,
  tell: (state: HealthState) => void,
) {
  const connection = await NativeConnection.connect({ address: env.TEMPORAL_ADDRESS });
  try {
    const worker = await Worker.create({
      connection,
      namespace: env.TEMPORAL_NAMESPACE,
      taskQueue,
      activities,
      shutdownGraceTime: shutdownGraceMs,
    });
    const pulse = setInterval(
      feel(() => connection.workflowService.getSystemInfo({}), tell),
      pulseMs,
    );
    try {
      await runWorkers([worker], signal, () => tell('ok'));
    } finally {
      clearInterval(pulse);
    }
  } finally {
    await connection.close();
  }
}

/**
 * One beat of the pulse: tells `ok` when `call` is answered, `degraded` when it fails or takes longer than a beat.
 * The native client retries by itself for as long as it must, so a beat waits until the last one has ended.
 */
function feel(call: () => Promise<unknown>, tell: (state: HealthState) => void): () => void {
  let since: number | undefined;
  return () => {
    if (since !== undefined) {
      if (Date.now() - since >= pulseMs * 0.75) tell('degraded');
      return;
    }
    since = Date.now();
    void call()
      .then(
        () => tell('ok'),
        () => tell('degraded'),
      )
      .finally(() => {
        since = undefined;
      });
  };
}

function describing(role: Role): () => Promise<RoleDescription> {
  const started_at_ms = Date.now();
  const { name, sentence } = role;
  return () =>
    Promise.resolve({ name, sentence, version, node: process.versions.node, started_at_ms });
}

/** A dependency that is away is one line; what we do not know keeps its stack. */
function logTrouble(logger: Logger, error: unknown, address: string, retry_in_ms: number) {
  const known = error instanceof TransportError;
  const details = known ? { reason: error.message } : { err: error };
  logger.warn({ ...details, address, retry_in_ms }, 'Temporal does not take this worker yet');
}
