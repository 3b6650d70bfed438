import { z } from 'zod';
import { routingMode, targetId } from '../../contracts/routing.ts';
import type { RoutingBeliefs } from '../../contracts/routing-beliefs.ts';
import type { StoredDecision } from '../../contracts/routing-call.ts';
import {
  decisionSummaries,
  routingKnown,
  type DecisionSummary,
  type RoutingKnown,
} from '../../contracts/switch-known.ts';
import { noBeliefs } from '../../domain/routing/learning/beliefs.ts';
import type { WakeBelief } from '../../domain/routing/learning/wake.ts';
import { knownOf } from '../../domain/routing/known.ts';
import { isoTime, utcDay } from '../../platform/time.ts';
import type { Routes } from '../context.ts';
import { answers, limitQuery, noQuery } from '../http/route-schema.ts';
import { knownExample, summaryExample } from './examples.ts';
import { createPublished } from './published.ts';
import { accountsToday, spendOf } from './spend.ts';

const listQuery = z.strictObject({ limit: limitQuery(200, 50), target: targetId.optional() });

const summaryOf = ({ record, tries, outcome, ...one }: StoredDecision): DecisionSummary => ({
  decision_id: one.decision_id,
  at: isoTime(one.at_ms),
  owner: one.owner,
  type: record.request.type,
  mode: record.weights.mode,
  target: outcome?.target ?? record.chosen,
  why: record.why,
  explored: record.explored,
  tries: tries.length,
  ok: outcome?.ok ?? null,
  code: outcome?.code ?? null,
  cost_usd: outcome?.cost_usd ?? null,
  ms: tries.reduce((sum, { ms }) => sum + ms, 0),
});

/** What was decided lately, what was learned of the targets, and what it cost; also while switch sleeps. */
export const knownRoutes: Routes =
  ({ store, clock }) =>
  async (app) => {
    const published = createPublished(store, clock);

    app.route({
      method: 'GET',
      url: '/switch/decisions',
      config: { rule: { scope: 'viewer' } },
      schema: {
        operationId: 'listRoutingDecisions',
        tags: ['models'],
        summary: 'The last decisions, newest first',
        querystring: listQuery,
        response: answers({
          200: decisionSummaries.meta({ examples: [{ decisions: [summaryExample] }] }),
        }),
      },
      handler: async ({ query }) => ({
        decisions: (await store().routing.decisions.list(query)).map(summaryOf),
      }),
    });

    app.route({
      method: 'GET',
      url: '/switch/targets',
      config: { rule: { scope: 'viewer' } },
      schema: {
        operationId: 'listRoutingTargets',
        tags: ['models'],
        summary: 'What was learned of each target, and what the requests of today cost',
        querystring: noQuery,
        response: answers({ 200: routingKnown.meta({ examples: [knownExample] }) }),
      },
      handler: async () => {
        const { state, spend } = store().routing;
        const read = async <T>(name: string): Promise<T | null> =>
          ((await state.read(name))?.value as T | undefined) ?? null;
        const beliefs = (await read<RoutingBeliefs>('beliefs')) ?? noBeliefs();
        const wakes = await read<{ wakes: Record<string, WakeBelief> }>('wakes');
        const { providers } = await published.read();
        const day = utcDay(clock());
        return {
          mode: routingMode.safeParse(await read('mode')).data ?? 'BALANCED',
          targets: providers.flatMap(({ service, models }) => {
            const at = Object.keys(wakes?.wakes ?? {}).find((key) => key.startsWith(`${service}@`));
            const wake = at === undefined ? null : wakes!.wakes[at]!;
            return models.map(({ id }) => ({ id, ...knownOf(beliefs, id, wake) }));
          }),
          day,
          limits: await read<NonNullable<RoutingKnown['limits']>>('budget'),
          spend: await spendOf(await accountsToday(spend, providers, clock()), store().tokens),
        };
      },
    });
  };
