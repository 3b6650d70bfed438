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
  createSpawnMetrics,
  gaugeAdmission,
  samplesOf,
} from '../../activities/tasks/metrics.ts';
import { joinAttempts } from '../../activities/tasks/join-attempts.ts';
import { createRunAttempt } from '../../activities/tasks/run-attempt.ts';
import type { SpawnerActivities } from '../../activities/tasks/spawn-activities.ts';
import { readEnv } from '../../contracts/env.ts';
import { spawnerQueue, spawnerService } from '../../contracts/queues.ts';
import type { HealthState } from '../../contracts/service.ts';
import { parseEgressRule, type EgressRule } from '../../domain/tasks/egress.ts';
import { spawnDefaults } from '../../domain/tasks/spawn.ts';
import { retry } from '../../platform/concurrency/retry.ts';
import { createRounds } from '../../platform/concurrency/rounds.ts';
import { spawnsFolder } from '../../platform/task-folder.ts';
import { serveHealth } from '../health-server.ts';
import { retryingStore } from '../retrying-store.ts';
import { startPresence } from '../presence-beat.ts';
import { serveTemporal } from '../temporal/serve.ts';
import { checkPrerequisites, type SandboxPrerequisites } from './sandbox-prerequisites.ts';
import { createTaskSlots, type TaskSlots } from './task-slots.ts';
import { installTemporalRuntime } from '../temporal/runtime.ts';
import { version } from '../../platform/version.ts';

/** How soon a worker that lost its task hears of a cancel by Temporal. */
const throttleMs = 1000;
const roundMs = 30_000;
/** Ending tasks, writing how they went, and telling Temporal: within the 9 s that a role gets. */
const shutdownGraceMs = 6000;
const mega = 1024 * 1024;

/** Runs tasks in sandboxes until `signal` aborts; then what runs is ended, with `window_closed`. */
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
    'TEMPORAL_ADDRESS',
    'TEMPORAL_NAMESPACE',
  );
  const log = pino({ level: env.VX11_LOG_LEVEL, base: { module: spawnerService } });
  await installTemporalRuntime(log);
  let status = 'starting' as HealthState;
  const runtime = env.VX11_SANDBOX_RUNTIME || null;
  /** Attempts that were begun before this are not ours. */
  const since = Date.now();
  const ground: SandboxPrerequisites = { state: 'starting', missing: null };
  const registry = new Registry();
  registry.setDefaultLabels({ host: env.VX11_HOST });
  const health = await serveHealth(
    { host: env.VX11_BIND, port: env.VX11_SPAWNER_PORT },
    () => ({
      status,
      module: spawnerService,
      version,
      dependencies: { temporal: status, sandboxes: ground.state },
    }),
    { metrics: { text: () => registry.metrics() } },
  );
  const store = await retryingStore(env.VX11_STORE_URL, log, signal);
  const capacity = await capacityOf(env, log, signal);
  const asRoot = process.getuid?.() === 0 && env.VX11_FILES_OWNER !== '';
  const owner = asRoot ? Number(env.VX11_FILES_OWNER) : null;
  const folder = spawnsFolder(env.VX11_HOME);
  const made = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (made !== undefined && owner !== null) await chown(folder, owner, -1);
  const rounds = createRounds({ log, onFailure: countRounds(registry) });
  const presence = startPresence({ store, log }, spawnerService, env.VX11_HOST, async () => ({
    version,
    temporal: status,
    memory_mb: Math.floor(capacity.memory_bytes / mega),
    cpus: capacity.cpus_of_one,
    egress: env.VX11_EGRESS_ALLOW,
    missing: ground.missing,
    since,
    rounds_failing: rounds.failing(),
    // the gateway cannot reach it everywhere, and tells them
    samples: await samplesOf(registry),
  }));
  // whoever sees sandboxes without a spawner removes them
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
      metrics: createSpawnMetrics(registry),
      log,
    }),
  );
  const activities = createSpawnerActivities(attempts.run, createEndWatch(store), signal);
  const look = checkPrerequisites(env, { image: env.VX11_SANDBOX_IMAGE, runtime }, ground, log);
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

/** What sandboxes may take together: as configured, else a part of the host; asked of the Engine, whose host it is. */
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
    onFailure: (error) => log.error({ err: error }, 'the Engine cannot be reached yet'),
  });
  const cpus = env.VX11_SPAWN_CPUS ?? host.cpus * 2;
  return {
    memory_bytes:
      env.VX11_SPAWN_MEMORY_MB === undefined
        ? Math.floor(host.memory_bytes / 2)
        : env.VX11_SPAWN_MEMORY_MB * mega,
    cpus,
    // the Engine starts nothing that asks for more than there is
    cpus_of_one: Math.min(cpus, host.cpus),
  };
}

function egressRule(text: string): EgressRule {
  const rule = parseEgressRule(text);
  if (rule === null)
    throw new Error(`VX11_EGRESS_ALLOW: ${text} is no host, host:port or *.domain`);
  return rule;
}

/** A quarter of the room is for sandboxes that stand ready, while no task wants it. */
const poolMostOf = ({ memory_bytes }: Capacity): number =>
  Math.max(2, Math.min(128, Math.floor(memory_bytes / 4 / readyBytes)));

const poolOf = (max: number) => {
  const { memoryMb, cpus, pids, diskMb } = spawnDefaults;
  const shape = { memory_mb: memoryMb, cpus, pids, disk_mb: diskMb, egress: false };
  return max === 0 ? [] : [{ shape, bounds: { min: Math.min(2, max), max } }];
};

/** Removes what nobody answers for. */
async function reap(sandboxes: Sandboxes, log: Logger): Promise<void> {
  const reaped = await sandboxes.reap(Date.now());
  if (reaped.length > 0) log.warn({ reaped: reaped.length }, 'sandboxes of nobody were removed');
}

/** Of what this worker does not do. */
const unused = { type: 'fixed-size', numSlots: 1 } as const;

/** The worker that takes attempts from Temporal as there is room for them, and the slots that it holds. */
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
