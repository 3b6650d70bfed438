import { operatorStatusAnswer, type componentStatus } from '../../contracts/operator.ts';
import { z } from 'zod';
import type { HealthState } from '../../contracts/service.ts';
import { overallStatus } from '../../domain/services/status.ts';
import type { GatewayContext, Routes } from '../context.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { presenceMs, type Presence } from '../../store/system/presence.ts';
import { deadNotices } from './dead-notices.ts';
import { failingRounds } from './failing-rounds.ts';
import { brokenCatalogs, presentMadre, presentPowers } from '../reads/snapshot.ts';
import { mapMaybe, type MaybePromise } from '../reads/maybe-promise.ts';
import type { StatusAnswer } from './status-answer.ts';
import { timeout, TimeoutError } from '../../platform/concurrency/timeout.ts';

type Component = z.infer<typeof componentStatus>;
type Process = z.infer<typeof operatorStatusAnswer>['processes'][number];

const limitMs = 2000;
const unknown: Component = { status: 'degraded', reason: 'unknown while the store is unavailable' };

/** Runs `work`. Throws its error, or a TimeoutError after 2 s. */
const inTime = async <T>(work: () => MaybePromise<T>): Promise<T> =>
  timeout(limitMs, 'a check', Promise.resolve(work()));

/** The state of a part, by whether its check succeeds; never throws. */
async function ask(check: () => Promise<unknown>): Promise<Component> {
  const from = performance.now();
  const latency = (): number => Math.round(performance.now() - from);
  try {
    await inTime(check);
    return { status: 'ok', latency_ms: latency() };
  } catch (error) {
    const late = error instanceof TimeoutError ? 'no answer within 2 s' : null;
    const reason = late ?? (error instanceof Error ? error.message.slice(0, 200) : 'no answer');
    return { status: 'down', reason, latency_ms: latency() };
  }
}

/** madre's heartbeat in the store; null if it is too old, undefined while the store is unavailable. */
const signOfLife = ({ model, clock }: GatewayContext): Promise<Presence | null | undefined> =>
  inTime(() => mapMaybe(model.snapshot(), (snapshot) => presentMadre(snapshot, clock()))).catch(
    () => undefined,
  );

async function askMadre(context: GatewayContext): Promise<Component> {
  const [answer, sign] = await Promise.all([
    ask(() => context.madre.health()),
    signOfLife(context),
  ]);
  if (answer.status === 'ok' || !sign) return answer;
  // it still writes its heartbeat: only its HTTP server is unreachable
  return { ...answer, status: 'degraded' };
}

/** Whether the store answers, and any damage or full disk that the gateway or madre met. */
async function storeOf(context: GatewayContext): Promise<Component> {
  const { store } = context;
  const [answer, fault, sign] = await Promise.all([
    ask(async () => store().events.newest()),
    inTime(async () => store().fault()).catch(() => null),
    signOfLife(context),
  ]);
  const met = fault ?? faultSeen.safeParse(sign?.detail['store_fault']).data;
  if (met === undefined) return answer;
  const status = met.kind === 'damaged' ? 'down' : 'degraded';
  return { ...answer, status, reason: met.reason.slice(0, 500) };
}
/** The store's fault in madre's heartbeat. */
const faultSeen = z.object({ kind: z.enum(['damaged', 'unwritable']), reason: z.string() });

async function engineOf(context: GatewayContext): Promise<Component> {
  const sign = await signOfLife(context);
  if (sign === undefined) return unknown;
  if (sign === null) return { status: 'down', reason: 'unknown while madre is unavailable' };
  if (sign.detail['engine'] === 'down') {
    return { status: 'down', reason: 'madre cannot reach the Docker Engine' };
  }
  return { status: 'ok' };
}

const asleep: Component = {
  status: 'off_by_policy',
  reason: 'asleep: no window, task, plan, run or schedule needs it; the next one wakes it',
};

const guardStates: Record<string, HealthState> = {
  running: 'ok',
  idle: 'ok',
  off: 'off_by_policy',
};

/** Temporal's state; while it works, with what it stays awake for. */
async function temporalOf(context: GatewayContext): Promise<Component> {
  const { temporal } = context;
  if (temporal.isAsleep()) return asleep;
  const [answer, sign] = await Promise.all([ask(() => temporal.health()), signOfLife(context)]);
  const because = sign?.detail['temporal_awake'];
  return answer.status === 'ok' && typeof because === 'string'
    ? { ...answer, reason: because }
    : answer;
}

/** The dead man's switch of every host. */
async function guards({ model, clock }: GatewayContext): Promise<Component> {
  const read = () => mapMaybe(model.snapshot(), (snapshot) => presentPowers(snapshot, clock()));
  const powers = await inTime(read).catch(() => null);
  if (powers === null) return unknown;
  if (powers.length === 0)
    return { status: 'degraded', reason: 'unknown while madre is unavailable' };
  const states = powers.map(({ host, detail }) => ({
    status: guardStates[String(detail['guard'])] ?? ('degraded' as const),
    reason: `on ${host}: ${String(detail['guard_reason'] ?? detail['guard'])}`,
  }));
  const worst = states.find(({ status }) => status === 'degraded') ?? states.find(isNotOk);
  return worst === undefined ? { status: 'ok' } : { ...worst, reason: worst.reason.slice(0, 500) };
}
const isNotOk = ({ status }: Component): boolean => status !== 'ok';

/** The process that manages each host, and what it reports to use. */
async function processesOf({ model, clock }: GatewayContext): Promise<Process[]> {
  const read = () => mapMaybe(model.snapshot(), (snapshot) => presentPowers(snapshot, clock()));
  const powers = await inTime(read).catch((): Presence[] => []);
  return powers.map(({ process, host, detail }) => {
    const uses = z.record(z.string(), z.unknown()).safeParse(detail['uses']).data ?? {};
    const text = (name: string) => (typeof uses[name] === 'string' ? uses[name] : null);
    return {
      process: process === 'madre' ? 'madre' : 'power',
      host,
      version: typeof detail['version'] === 'string' ? detail['version'] : null,
      uses: {
        home: text('home'),
        compose_file: text('compose_file'),
        compose_bin: text('compose_bin'),
        docker_socket: text('docker_socket'),
        store_url: text('store_url'),
        temporal_address: text('temporal_address'),
        guard: text('guard'),
        pid: typeof uses['pid'] === 'number' ? uses['pid'] : null,
      },
    };
  });
}

/** Whether this installation manages each host's stack. */
async function projects({ model, clock }: GatewayContext): Promise<Component> {
  const read = () => mapMaybe(model.snapshot(), (snapshot) => presentPowers(snapshot, clock()));
  const powers = await inTime(read).catch(() => null);
  if (powers === null) return unknown;
  const reasonsIn = (member: string): string[] =>
    powers.flatMap(({ detail }) => (typeof detail[member] === 'string' ? [detail[member]] : []));
  const [elsewhere] = reasonsIn('managed_elsewhere');
  if (elsewhere !== undefined) return { status: 'degraded', reason: elsewhere.slice(0, 500) };
  const [contender] = reasonsIn('contender');
  return contender === undefined
    ? { status: 'ok' }
    : { status: 'ok', reason: contender.slice(0, 500) };
}

/** Whether the repeated rounds of madre, further hosts and spawners succeed. */
async function rounds({ model, clock }: GatewayContext): Promise<Component> {
  const read = () =>
    mapMaybe(model.snapshot(), ({ presence }) =>
      failingRounds(presence.filter(({ at }) => at + presenceMs > clock())),
    );
  const failing = await inTime(read).catch(() => null);
  if (failing === null) return unknown;
  if (failing.length === 0) return { status: 'ok' };
  return { status: 'degraded', reason: failing.join('; ').slice(0, 500) };
}

/** Whether the current compose file of every host can be read. */
async function composeFiles({ model, clock }: GatewayContext): Promise<Component> {
  const read = () => mapMaybe(model.snapshot(), (snapshot) => brokenCatalogs(snapshot, clock()));
  const broken = await inTime(read).catch(() => null);
  if (broken === null) return unknown;
  if (broken.length === 0) return { status: 'ok' };
  const words = broken.map(
    ({ host, compose_file, error }) =>
      `${compose_file} on ${host} cannot be read, so an older version stands: ${error}`,
  );
  return { status: 'degraded', reason: words.join('; ').slice(0, 500) };
}

/** The services of the window tier by name; a service on several hosts has the worst of their states. */
function servicesOf({ services }: StatusAnswer): Record<string, Component> {
  const order = ['down', 'degraded', 'starting', 'off_by_policy', 'ok'];
  const parts: Record<string, Component> = {};
  for (const { name, tier, health, reason } of services) {
    if (tier === 'core') continue;
    const known = parts[name];
    if (known !== undefined && order.indexOf(known.status) <= order.indexOf(health)) continue;
    parts[name] = { status: health, ...(reason !== null && { reason }) };
  }
  return parts;
}

/** Shows the state of every part without waking any. */
export const operatorStatusRoutes: Routes = (context) => async (app) => {
  const { redis, statusCache, clock } = context;
  app.route({
    method: 'GET',
    url: '/operator/status',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getOperatorStatus',
      tags: ['operator'],
      summary: 'The health of every part; passive, at most 2 s a part',
      querystring: noQuery,
      response: answers({
        200: operatorStatusAnswer.meta({
          examples: [
            {
              status: 'ok',
              components: {
                tentaculo_link: { status: 'ok' },
                madre: { status: 'ok', latency_ms: 2 },
                compose_file: { status: 'ok' },
                guard: { status: 'ok' },
                web: { status: 'off_by_policy' },
              },
              processes: [],
              windows: { policy: 'solo_madre', active_count: 0 },
              timestamp: '2026-11-21T12:00:01.000Z',
            },
          ],
        }),
      }),
    },
    handler: async () => {
      const [
        status,
        madre,
        redisStatus,
        temporalStatus,
        storeStatus,
        engine,
        composeFile,
        guard,
        project,
        roundsStatus,
        notices,
      ] = await Promise.all([
        inTime(() => statusCache.status()).catch(() => null),
        askMadre(context),
        redis === null
          ? { status: 'ok' as const, reason: 'in-process: no Redis configured' }
          : ask(() => redis.ping()),
        temporalOf(context),
        storeOf(context),
        engineOf(context),
        composeFiles(context),
        guards(context),
        projects(context),
        rounds(context),
        inTime(() => deadNotices(context)).catch(() => unknown),
      ]);
      const components: Record<string, Component> = {
        ...(status !== null && servicesOf(status)),
        tentaculo_link: { status: 'ok' },
        madre,
        redis: redisStatus,
        temporal: temporalStatus,
        store: storeStatus,
        engine,
        compose_file: composeFile,
        guard,
        project,
        rounds: roundsStatus,
        notices,
      };
      return {
        status: overallStatus(components),
        components,
        processes: await processesOf(context),
        windows: {
          policy: status?.mode ?? null,
          active_count: status?.windows.length ?? null,
        },
        timestamp: new Date(clock()).toISOString(),
      };
    },
  });
};
