import { operatorStatusAnswer, type componentStatus } from '../../contracts/operator.ts';
import type { z } from 'zod';
import { overallStatus } from '../../domain/status.ts';
import type { GatewayContext, Routes } from '../context.ts';
import { answers, noQuery } from '../route-schema.ts';
import { presentMadre } from '../snapshot.ts';
import type { StatusAnswer } from '../status-answer.ts';

type Component = z.infer<typeof componentStatus>;

const limitMs = 2000;

/** How a part answers within 2 s; never throws. */
async function ask(check: () => Promise<unknown>): Promise<Component> {
  const from = performance.now();
  const latency = (): number => Math.round(performance.now() - from);
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer within 2 s')), limitMs);
  });
  try {
    await Promise.race([check(), late]);
    return { status: 'ok', latency_ms: latency() };
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : 'no answer';
    return { status: 'down', reason, latency_ms: latency() };
  } finally {
    clearTimeout(timer);
  }
}

async function askMadre({ madre, model, clock }: GatewayContext): Promise<Component> {
  const answer = await ask(() => madre.health());
  const present = presentMadre(await model.snapshot(), clock()) !== null;
  if (answer.status === 'ok' || !present) return answer;
  // it still writes its sign of life: only its door is shut
  return { ...answer, status: 'degraded' };
}

async function engineOf({ model, clock }: GatewayContext): Promise<Component> {
  const madre = presentMadre(await model.snapshot(), clock());
  if (madre === null) return { status: 'down', reason: 'madre, who would know, is away' };
  if (madre.detail['engine'] === 'down') {
    return { status: 'down', reason: 'madre cannot reach the Docker Engine' };
  }
  return { status: 'ok' };
}

/** Services of the window tier by name; several hosts' copies by the worst of them. */
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

/** Looks at every part without waking any. */
export const operatorStatusRoutes: Routes = (context) => async (app) => {
  const { redis, temporal, store, book, clock } = context;
  app.route({
    method: 'GET',
    url: '/operator/status',
    config: { rule: { scope: 'viewer' } },
    schema: {
      tags: ['operator'],
      summary: 'How every part is; passive, 2 s a part at most',
      querystring: noQuery,
      response: answers({
        200: operatorStatusAnswer.meta({
          examples: [
            {
              status: 'ok',
              components: {
                tentaculo_link: { status: 'ok' },
                madre: { status: 'ok', latency_ms: 2 },
                web: { status: 'off_by_policy' },
              },
              windows: { policy: 'solo_madre', active_count: 0 },
              timestamp: '2026-11-21T12:00:01.000Z',
            },
          ],
        }),
      }),
    },
    handler: async () => {
      const status = await book.status();
      const [madre, redisStatus, temporalStatus, storeStatus, engine] = await Promise.all([
        askMadre(context),
        redis === null
          ? { status: 'ok' as const, reason: 'in-process: no Redis configured' }
          : ask(() => redis.ping()),
        ask(() => temporal.health()),
        ask(() => store().events.newest()),
        engineOf(context),
      ]);
      const components: Record<string, Component> = {
        ...servicesOf(status),
        tentaculo_link: { status: 'ok' },
        madre,
        redis: redisStatus,
        temporal: temporalStatus,
        store: storeStatus,
        engine,
      };
      return {
        status: overallStatus(components),
        components,
        windows: { policy: status.mode, active_count: status.windows.length },
        timestamp: new Date(clock()).toISOString(),
      };
    },
  });
};
