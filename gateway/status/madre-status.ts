import { madreStatusAnswer } from '../../contracts/madre.ts';
import type { HealthState } from '../../contracts/service.ts';
import type { Store } from '../../store/index.ts';
import type { Routes } from '../context.ts';
import { examplePlanId } from '../plans/examples.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { presentMadre, runningNames } from '../reads/snapshot.ts';

const shownActions = 20;

/** madre's health and recent work, read from the store, so that it answers while madre is down. */
export const madreStatusRoutes: Routes = (context) => async (app) => {
  const { statusCache, model, store, config, clock, temporal } = context;
  app.route({
    method: 'GET',
    url: '/madre/status',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getMadreStatus',
      tags: ['madre'],
      summary: 'The health of madre, and what it did last',
      querystring: noQuery,
      response: answers({
        200: madreStatusAnswer.meta({
          examples: [
            {
              module: 'madre',
              version: '0.1.0',
              status: 'ok',
              mode: 'solo_madre',
              services_expected: ['tentaculo_link', 'madre', 'redis'],
              services_running: ['tentaculo_link', 'madre', 'redis'],
              plans: { DONE: 12, WAITING: 1 },
              intents: 13,
              sessions: 2,
              autonomy: { running: false, intents_waiting: 0, waiting_because: null },
              modules: [
                {
                  host: 'box',
                  name: 'redis',
                  health: 'ok',
                  reason: null,
                  since: '2026-11-21T08:00:00.000Z',
                },
              ],
              recent_actions: [
                {
                  at: '2026-11-21T12:00:00.000Z',
                  module: 'madre',
                  action: 'CLOSE_WINDOW',
                  outcome: 'DONE',
                  reason: null,
                  plan_id: examplePlanId,
                },
              ],
              dependencies: { store: 'ok', temporal: 'ok', engine: 'ok' },
              llm: null,
              timestamp: '2026-11-21T12:00:01.000Z',
            },
          ],
        }),
      }),
    },
    handler: async () => {
      const { plans, intents, sessions, actions, moduleHealth } = store();
      const [{ mode, services }, snapshot, counts, asked, talks, recent, modules, waiting] =
        await Promise.all([
          statusCache.status(),
          model.snapshot(),
          plans.counts(),
          intents.newest(),
          sessions.count(),
          actions.newest(shownActions),
          moduleHealth.list(),
          intentsWaiting(store()),
        ]);
      const now = clock();
      const { detail } = presentMadre(snapshot, now) ?? {};
      const engine: HealthState = detail?.['engine'] === 'ok' ? 'ok' : 'down';
      const expected = services.filter(
        ({ tier, window_ids }) => tier === 'core' || window_ids.length > 0,
      );
      const { provider, model: name } = (detail?.['llm'] ?? {}) as Record<string, unknown>;
      return {
        module: 'madre' as const,
        version: typeof detail?.['version'] === 'string' ? detail['version'] : config.version,
        status:
          detail === undefined
            ? ('down' as const)
            : engine === 'ok'
              ? ('ok' as const)
              : ('degraded' as const),
        mode,
        services_expected: [...new Set(expected.map((service) => service.name))],
        services_running: runningNames(services),
        plans: counts,
        intents: asked,
        sessions: talks,
        autonomy: {
          ...waiting,
          waiting_because:
            waiting.intents_waiting === 0
              ? null
              : detail === undefined
                ? 'madre_unavailable'
                : temporal.breaker === 'closed'
                  ? waiting.waiting_because
                  : 'temporal_unavailable',
        },
        modules: modules.map(({ since, ...part }) => ({
          ...part,
          since: new Date(since).toISOString(),
        })),
        recent_actions: recent.map(({ at, module, action, outcome, reason, plan_id }) => ({
          at: new Date(at).toISOString(),
          module,
          action,
          outcome,
          reason,
          plan_id,
        })),
        dependencies: {
          store: 'ok' as const,
          temporal: temporal.breaker === 'closed' ? ('ok' as const) : ('down' as const),
          engine: detail === undefined ? ('down' as const) : engine,
        },
        llm:
          typeof provider === 'string' && typeof name === 'string'
            ? { provider, model: name }
            : null,
        timestamp: new Date(now).toISOString(),
      };
    },
  });
};

/** The intents that madre has not taken up, with its last reason if it decided to wait. */
async function intentsWaiting({ autonomy, rails }: Store) {
  const [{ running }, intents_waiting, [last]] = await Promise.all([
    autonomy.state(),
    rails.toPropose(),
    autonomy.list(1),
  ]);
  const waiting_because = last?.action === 'wait' ? (last.reasons[0] ?? null) : null;
  return { running, intents_waiting, waiting_because };
}
