import { homedir } from 'node:os';
import { join } from 'node:path';
import { Registry } from 'prom-client';
import { ownContainers } from '../../activities/power/host/own-containers.ts';
import { createPowerActivities } from '../../activities/power/create-activities.ts';
import { hostEvent } from '../../activities/power/host/host.ts';
import { createReconcileLoop } from '../../activities/power/reconcile-loop.ts';
import { createUsageRound } from '../../activities/power/usage.ts';
import { noLlm } from '../../activities/providers/language-models.ts';
import { retain } from '../../activities/retention.ts';
import { readEnv } from '../../contracts/env.ts';
import { internalTlsVariables, temporalVariables } from '../../contracts/tls.ts';
import { allowsRepairs } from '../../domain/repair/policy.ts';
import { abortable } from '../../platform/concurrency/abortable.ts';
import { audioFolders } from '../../platform/audio-folder.ts';
import { internalKey } from '../../platform/internal-key.ts';
import { fenced, fencedRound } from './fence.ts';
import { createChecks } from './checks.ts';
import { createFeatures } from './features/features.ts';
import { patchMaker } from './features/drift.ts';
import { createRepairs, patchDeps } from './repairs.ts';
import { createTrials } from './trials.ts';
import { createHostLease } from './host-lease.ts';
import { managerReporter } from './presence/manager-reporter.ts';
import { resumeRuns } from './resume-runs.ts';
import { startPresence } from '../presence-beat.ts';
import { lackingIn } from './presence/lacking.ts';
import { presenceDetail } from './presence/presence-detail.ts';
import { usesOf } from './presence/uses.ts';
import { serveHealth } from '../health-server.ts';
import { internalRoutes, knowsKey } from '../internal-http.ts';
import { internalTlsOf } from '../internal-tls.ts';
import { madreAutonomy } from './autonomy.ts';
import { madreLlm } from './llm.ts';
import { retryingStore } from '../retrying-store.ts';
import { ownMemory } from './presence/own-memory.ts';
import { createPlanning } from './planning.ts';
import { createPowerHost } from './power-host.ts';
import { createMadreLog } from './log.ts';
import { runTaskLifecycle } from './task-lifecycle.ts';
import { createSleepRound } from './asleep/sleep-round.ts';
import { createUnwellRound } from './asleep/unwell-round.ts';
import { serveAwake } from './asleep/serve-awake.ts';
import { newConnection } from './temporal-connection.ts';
import { reconciling, releasing } from './window-rounds.ts';
import { temporalSleep } from '../../platform/supervisor/temporal-sleep.ts';
import { version } from '../../platform/version.ts';

const reconcileMs = 5000;
/** The precision of an `idle` setting. */
const usageMs = 5000;
/** How soon tasks end after the spawner's window has closed. */
const tasksMs = 2000;
/** How often what trials have left is looked for. */
const trialsMs = 60_000;
const retentionMs = 3_600_000;
/** The precision of the times in the health of parts. */
const healthMs = 10_000;
/** How soon a plan, or a run of checks, is started whose proposer crashed. */
const planRoundMs = 5000;
/** How soon it is seen that nothing needs Temporal, or that something does. */
const sleepMs = 5000;
/** How often Temporal is asked whether it works. */
const unwellMs = 10_000;

/**
 * Runs the power over this host until `signal` aborts. The reconcile loop starts before any call to Temporal and does not
 * need it: deadlines hold whatever else is unavailable.
 * @param name `madre`, which also runs the workflows, or `power`, for every further host
 */
export async function runPowerProcess(name: 'madre' | 'power', signal: AbortSignal): Promise<void> {
  const env = readEnv(
    process.env,
    'VX11_HOME',
    'VX11_HOST',
    'VX11_COMPOSE_FILE',
    'VX11_STORE_URL',
    'VX11_DOCKER_SOCKET',
    'VX11_IMAGE',
    'VX11_GUARD',
    'VX11_MADRE_BIND',
    'VX11_TEMPORAL_METRICS',
    'VX11_MADRE_PORT',
    'VX11_LOG_LEVEL',
    'VX11_COMPOSE_BIN',
    'DOCKER_CONFIG',
    'VX11_CALLBACK_ALLOW',
    'VX11_NOTIFY_ALLOW',
    'VX11_SPAWN_HISTORY_DAYS',
    'VX11_INTERNAL_KEY',
    'VX11_SWITCH_URL',
    'VX11_RETENTION_DAYS',
    ...internalTlsVariables,
    ...temporalVariables,
  );
  const { log, traceFields } = createMadreLog(env.VX11_LOG_LEVEL, {
    module: name,
    host: env.VX11_HOST,
  });
  const sleep = temporalSleep(process);
  let sdkMetrics = () => Promise.resolve('');
  const internal = internalTlsOf(env, log);
  const store = await retryingStore(env.VX11_STORE_URL, log, signal);
  const say = (sentence: string): void => {
    if (process.connected) process.send?.({ say: sentence });
  };
  const { VX11_HOST: host, VX11_HOME: home } = env;
  const lease = createHostLease({ store, host, home, process: name, log, say });
  if (!(await lease.hold(signal))) return store.close();
  const registry = new Registry();
  let onEngineEvents = (): void => undefined;
  let onUpdate = (): void => undefined;
  const key = internalKey(env.VX11_INTERNAL_KEY, env.VX11_HOME);
  const dockerConfig = env.DOCKER_CONFIG ?? join(homedir(), '.docker');
  const power = await createPowerHost(
    {
      host: env.VX11_HOST,
      home: env.VX11_HOME,
      composeFile: env.VX11_COMPOSE_FILE,
      composeBinary: env.VX11_COMPOSE_BIN,
      dockerConfig,
      socket: env.VX11_DOCKER_SOCKET,
      image: env.VX11_IMAGE,
      guard: env.VX11_GUARD === 'on',
      key,
    },
    {
      store,
      registry,
      log,
      onEngineEvents: () => onEngineEvents(),
      onRounds: () => onUpdate(),
    },
  );
  const temporal = newConnection();
  const loop = createReconcileLoop(power, resumeRuns(power, temporal), {
    onUpdate: () => onUpdate(),
    mayAct: () => lease.isHeld(),
  });
  onEngineEvents = () => loop.nudge();
  await loop.start();
  const isMadre = name === 'madre';
  const { clock } = power;
  const switchAt = { url: env.VX11_SWITCH_URL, key, send: internal.send, post: internal.post };
  const llm = isMadre ? madreLlm({ store, registry, log, clock, switchAt }) : noLlm;
  const sleepRound = createSleepRound({ store, host, clock, sleep, temporal, log });
  const ownBytes = ownMemory({
    home,
    containers: () => ownContainers(power.engine.docker, home, power.catalog.known()),
    memoryUse: power.engine.memoryUse,
  });
  const presence = startPresence({ store, log }, name, env.VX11_HOST, async () => ({
    ...(await presenceDetail(power, loop.engineAway(), lease.contender())),
    llm: { provider: llm.provider, model: llm.model },
    uses: usesOf(env),
    own_memory_bytes: ownBytes(),
    temporal_awake: sleepRound.awakeFor(),
    lacking: await lackingIn(home),
  }));
  const reportManager = managerReporter(power, say);
  onUpdate = () => {
    reportManager();
    void presence.beat();
  };
  reportManager();
  await presence.beat();
  const started = hostEvent(power, 'process.started', name, { payload: { version } });
  // a full store must not prevent the start
  await store.events.append([started]).catch((error: unknown) => log.warn({ err: error }));
  const patches = patchDeps(power, env.VX11_HOME);
  const checks = createChecks(power, temporal, { home: env.VX11_HOME, registry });
  const trials = createTrials(checks.deps, env.VX11_HOME);
  const planning = createPlanning({
    store,
    clock,
    log,
    llm,
    connection: temporal,
    patches,
    makePatch: patchMaker(trials.deps, patches, { key, llm }),
    audioFiles: audioFolders(home).files,
    switchAt,
  });
  const health = await serveHealth(
    { host: env.VX11_MADRE_BIND, port: env.VX11_MADRE_PORT },
    () => ({
      status: sleep.isAsleep() ? 'ok' : temporal.state,
      module: name,
      version,
      dependencies: { temporal: temporal.state, engine: loop.engineAway() ? 'down' : 'ok' },
    }),
    {
      tls: internal.served,
      metrics: {
        text: async () => [await registry.metrics(), await sdkMetrics()].join('\n'),
        ...(key !== null && { mayRead: knowsKey(key) }),
      },
      ...(isMadre &&
        key !== null && {
          routes: internalRoutes(fenced(planning.calls, lease, 'call'), key, log),
        }),
    },
  );
  const tasks = runTaskLifecycle(power, temporal, {
    home: env.VX11_HOME,
    callbackAllow: env.VX11_CALLBACK_ALLOW,
    historyDays: env.VX11_SPAWN_HISTORY_DAYS,
    log,
  });
  const features = await createFeatures(power, temporal, {
    home,
    key,
    registry,
    dockerConfig,
    ownsPlans: isMadre,
    notifyAllow: env.VX11_NOTIFY_ALLOW,
    isAsleep: sleep.isAsleep,
    traceFields,
  });
  const repairs = createRepairs(power, temporal, {
    home: env.VX11_HOME,
    registry,
    llm,
    plans: planning.deps,
    patches,
    trials: trials.deps,
  });
  const own = { host: env.VX11_HOST, store, registry, log, clock };
  const mayRepair = () => allowsRepairs(power.catalog.settings()['repair']);
  const madre = isMadre ? madreAutonomy({ ...own, llm, plans: planning.deps, mayRepair }) : null;
  const days = isMadre ? env.VX11_RETENTION_DAYS : undefined;
  const every = (round: string, ms: number, work: () => Promise<void>): Promise<void> =>
    power.rounds.every(round, ms, fencedRound(lease, work), signal);
  const rounds = [
    ...(days === undefined ? [] : [every('retention', retentionMs, () => retain(own, days))]),
    ...(madre === null
      ? []
      : [
          every('health', healthMs, () => madre.keepHealth()),
          every('autonomy', madre.intervalMs, () => madre.attend()),
        ]),
    ...(isMadre ? [every('plans', planRoundMs, () => planning.round())] : []),
    ...features.rounds.map(([round, ms, work]) => every(round, ms, work)),
    every('tasks', tasksMs, tasks.sweep),
    every('checks', planRoundMs, checks.round),
    every('repairs', planRoundMs, repairs.round),
    every('patches', planRoundMs, repairs.patchRound),
    every('trials', trialsMs, trials.round),
    every('windows', reconcileMs, reconciling(power, temporal)),
    every('sleep', sleepMs, sleepRound.run),
    every('temporal', unwellMs, createUnwellRound({ sleep, temporal, log })),
    every('usage', usageMs, createUsageRound(power, releasing(temporal))),
  ];
  const serving = serveAwake(temporal, sleep, {
    env,
    log,
    signal,
    metrics: env.VX11_TEMPORAL_METRICS === 'on',
    sdkMetrics: (read) => (sdkMetrics = read),
    host: env.VX11_HOST,
    bundleFolder: isMadre ? `${env.VX11_HOME}/cache` : null,
    activities: fenced(
      {
        ...createPowerActivities(power, loop),
        ...tasks.activities,
        ...checks.activities,
        ...repairs.activities,
        ...planning.activities,
        ...features.activities,
      },
      lease,
      'activity',
    ),
    connected: features.connected,
    madre: madre && {
      activities: fenced(madre.activities, lease, 'activity'),
      connected: (client) => madre.connected(client),
    },
  });
  lease.lost.addEventListener('abort', () => {
    log.error(lease.lost.reason);
    say((lease.lost.reason as Error).message);
  });
  // once another process has the host, this one stops at once and abandons its work
  await abortable(serving, lease.lost);
  await Promise.all(rounds);
  await loop.stop();
  await presence.stop();
  await lease.leave();
  power.watch.close();
  power.claim.close();
  await health.close();
  await store.close();
  log.info('stopped');
}
