import { chown, mkdir } from 'node:fs/promises';
import { Worker, type NativeConnection } from '@temporalio/worker';
import { pino, type Logger } from 'pino';
import { Registry } from 'prom-client';
import { createEngine } from '../../activities/engine/engine.ts';
import { createSandboxes, readyBytes } from '../../activities/sandbox/create-sandboxes.ts';
import type { Sandboxes } from '../../activities/sandbox/sandbox.ts';
import { createAdmission, type Capacity } from '../../activities/tasks/admission.ts';
import { createSpawnerActivities } from '../../activities/tasks/create-spawner-activities.ts';
import { createEndWatch } from '../../activities/tasks/end-watch.ts';
import {
  countRounds,
  createTaskMetrics,
  gaugeAdmission,
  samplesOf,
} from '../../activities/tasks/metrics.ts';
import { joinAttempts } from '../../activities/tasks/join-attempts.ts';
import { createRunAttempt } from '../../activities/tasks/run-attempt.ts';
import type { SpawnerActivities } from '../../activities/tasks/task-activities.ts';
import { readEnv } from '../../contracts/env.ts';
import { temporalVariables } from '../../contracts/tls.ts';
import { spawnerQueue, spawnerService } from '../../contracts/queues.ts';
import type { HealthState } from '../../contracts/service.ts';
import { parseEgressRule, type EgressRule } from '../../domain/tasks/egress.ts';
import { taskDefaults } from '../../domain/tasks/task.ts';
import { retry } from '../../platform/concurrency/retry.ts';
import { createRounds } from '../../platform/concurrency/rounds.ts';
import { tasksFolder } from '../../platform/task-folder.ts';
import { serveHealth } from '../health-server.ts';
import { retryingStore } from '../retrying-store.ts';
import { startPresence } from '../presence-beat.ts';
import { serveTemporal } from '../temporal/serve.ts';
import { checkPrerequisites, type SandboxPrerequisites } from './sandbox-prerequisites.ts';
import { createTaskSlots, type TaskSlots } from './task-slots.ts';
import { installTemporalRuntime } from '../temporal/runtime.ts';
import { version } from '../../platform/version.ts';

/** How often heartbeats are sent to Temporal, and so how soon a cancel reaches a worker. */
const throttleMs = 1000;
const roundMs = 30_000;
/** Time to end tasks, record their results and report to Temporal, within the 9 s that a role has to stop. */
const shutdownGraceMs = 6000;
const mega = 1024 * 1024;

/** Runs tasks in sandboxes until `signal` aborts; then running tasks end with `window_closed`. */
export async function runSpawner(signal: AbortSignal): Promise<void> {
  const env = readEnv(
    process.env,
    'VX11_HOME',
    'VX11_HOST',
    'VX11_STORE_URL',
    'VX11_DOCKER_SOCKET',
    'VX11_SANDBOX_IMAGE',
    'VX11_SANDBOX_RUNTIME',
    'VX11_SPAWN_MEMORY_MB',
    'VX11_SPAWN_CPUS',
    'VX11_SPAWN_POOL',
    'VX11_EGRESS_ALLOW',
    'VX11_EGRESS_PRIVATE',
    'VX11_SPAWNER_PORT',
    'VX11_FILES_OWNER',
    'VX11_BIND',
    'VX11_LOG_LEVEL',
    ...temporalVariables,
  );
  const log = pino({ level: env.VX11_LOG_LEVEL, base: { module: spawnerService } });
  await installTemporalRuntime(log);
  let status = 'starting' as HealthState;
  const runtime = env.VX11_SANDBOX_RUNTIME || null;
  /** Attempts that started before this belong to an earlier process. */
  const since = Date.now();
  const prerequisites: SandboxPrerequisites = { state: 'starting', missing: null };
  const registry = new Registry();
  registry.setDefaultLabels({ host: env.VX11_HOST });
  const health = await serveHealth(
    { host: env.VX11_BIND, port: env.VX11_SPAWNER_PORT },
    () => ({
      status,
      module: spawnerService,
      version,
      dependencies: { temporal: status, sandboxes: prerequisites.state },
    }),
    { metrics: { text: () => registry.metrics() } },
  );
  const store = await retryingStore(env.VX11_STORE_URL, log, signal);
  const capacity = await capacityOf(env, log, signal);
  const asRoot = process.getuid?.() === 0 && env.VX11_FILES_OWNER !== '';
  const owner = asRoot ? Number(env.VX11_FILES_OWNER) : null;
  const folder = tasksFolder(env.VX11_HOME);
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined && owner !== null) await chown(folder, owner, -1);
  const rounds = createRounds({ log, onFailure: countRounds(registry) });
  const presence = startPresence({ store, log }, spawnerService, env.VX11_HOST, async () => ({
    version,
    temporal: status,
    memory_mb: Math.floor(capacity.memory_bytes / mega),
    cpus: capacity.cpus_of_one,
    egress: env.VX11_EGRESS_ALLOW,
    missing: prerequisites.missing,
    since,
    rounds_failing: rounds.failing(),
    // published here too, since the gateway cannot reach every spawner's /metrics
    samples: await samplesOf(registry),
  }));
  // first of all, since madre removes sandboxes that have no live spawner
  await presence.beat();
  const sandboxes = createSandboxes({
    socketPath: env.VX11_DOCKER_SOCKET,
    image: env.VX11_SANDBOX_IMAGE,
    runtime,
    owner: env.VX11_HOME,
    pool: poolOf(env.VX11_SPAWN_POOL ?? poolMostOf(capacity)),
    egress: {
      allowed: env.VX11_EGRESS_ALLOW.map(egressRule),
      privateAddresses: env.VX11_EGRESS_PRIVATE === 'on',
    },
    log,
  });
  const admission = createAdmission(capacity, sandboxes);
  gaugeAdmission(registry, admission, () => sandboxes.memoryInUse());
  const attempts = joinAttempts(
    createRunAttempt({
      store,
      sandboxes,
      admission,
      folder,
      owner,
      metrics: createTaskMetrics(registry),
      log,
    }),
  );
  const activities = createSpawnerActivities(attempts.run, createEndWatch(store), signal);
  const look = checkPrerequisites(
    env,
    { image: env.VX11_SANDBOX_IMAGE, runtime },
    prerequisites,
    log,
  );
  const running = [
    rounds.every('sandboxes', roundMs, () => reap(sandboxes, log), signal),
    rounds.every('prerequisites', roundMs, look, signal),
  ];
  let slots: TaskSlots | null = null;
  await serveTemporal({
    env,
    log,
    signal,
    async workers(on) {
      slots = createTaskSlots(admission, attempts);
      return [await attemptWorker(on, env.VX11_HOST, activities, slots)];
    },
    ended: () => slots?.close(),
    onState(state) {
      if (state === status) return;
      status = state;
      log.info({ status }, 'health changed');
      void presence.beat();
    },
  });
  await presence.stop();
  await sandboxes.close();
  await Promise.all(running);
  await health.close();
  await store.close();
  log.info('stopped');
}

/** Returns the total capacity for sandboxes: as configured, otherwise a part of the Engine's host. */
async function capacityOf(
  env: {
    VX11_DOCKER_SOCKET: string;
    VX11_SPAWN_MEMORY_MB?: number | undefined;
    VX11_SPAWN_CPUS?: number | undefined;
  },
  log: Logger,
  signal: AbortSignal,
): Promise<Capacity & { cpus_of_one: number }> {
  const engine = createEngine(env.VX11_DOCKER_SOCKET);
  const host = await retry(() => engine.host(), {
    backoff: { firstMs: 500, longestMs: 2000 },
    signal,
    onFailure: (error) => log.error({ err: error }, 'could not reach the Engine; retrying'),
  });
  const cpus = env.VX11_SPAWN_CPUS ?? host.cpus * 2;
  return {
    memory_bytes:
      env.VX11_SPAWN_MEMORY_MB === undefined
        ? Math.floor(host.memory_bytes / 2)
        : env.VX11_SPAWN_MEMORY_MB * mega,
    cpus,
    // the Engine refuses a container that requests more CPUs than the host has
    cpus_of_one: Math.min(cpus, host.cpus),
  };
}

function egressRule(text: string): EgressRule {
  const rule = parseEgressRule(text);
  if (rule === null)
    throw new Error(`VX11_EGRESS_ALLOW: ${text} is no host, host:port or *.domain`);
  return rule;
}

/** Ready sandboxes may use a quarter of the room while no task needs it. */
const poolMostOf = ({ memory_bytes }: Capacity): number =>
  Math.max(2, Math.min(128, Math.floor(memory_bytes / 4 / readyBytes)));

const poolOf = (max: number) => {
  const { memoryMb, cpus, pids, diskMb } = taskDefaults;
  const shape = { memory_mb: memoryMb, cpus, pids, disk_mb: diskMb, egress: false };
  return max === 0 ? [] : [{ shape, bounds: { min: Math.min(2, max), max } }];
};

/** Removes orphaned sandboxes. */
async function reap(sandboxes: Sandboxes, log: Logger): Promise<void> {
  const reaped = await sandboxes.reap(Date.now());
  if (reaped.length > 0) log.warn({ reaped: reaped.length }, 'removed orphaned sandboxes');
}

/** Slots of the task types that this worker does not run. */
const unused = { type: 'fixed-size', numSlots: 1 } as const;

/** Creates the worker that takes attempts from Temporal while there is room, and its slots. */
async function attemptWorker(
  on: { connection: NativeConnection; namespace: string },
  host: string,
  activities: SpawnerActivities,
  slots: TaskSlots,
): Promise<Worker> {
  return Worker.create({
    ...on,
    taskQueue: spawnerQueue(host),
    activities: { ...activities },
    tuner: {
      activityTaskSlotSupplier: slots,
      workflowTaskSlotSupplier: unused,
      localActivityTaskSlotSupplier: unused,
      nexusTaskSlotSupplier: unused,
    },
    maxHeartbeatThrottleInterval: throttleMs,
    shutdownGraceTime: shutdownGraceMs,
  });
}
