import { z } from 'zod';
import { modelUsageAnswer } from '../../contracts/model-usage.ts';
import { isoTime } from '../../platform/time.ts';
import type { Routes } from '../context.ts';
import { answers, limitQuery } from '../http/route-schema.ts';
import { modelUsageExample } from './examples.ts';
import { usageByModel } from './model-usage.ts';

const dayMs = 86_400_000;
/** Older calls are left out of the figures. */
const mostCalls = 20_000;

const usageQuery = z.strictObject({
  days: limitQuery(90, 7),
  account: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .meta({ description: 'Who is charged: `chat`, `autonomy`, or the id of a repair' }),
});

/** What language models cost. */
export const modelRoutes: Routes =
  ({ store, clock }) =>
  async (app) => {
    app.route({
      method: 'GET',
      url: '/vx11/models',
      config: { rule: { scope: 'viewer' } },
      schema: {
        operationId: 'listModelUsage',
        tags: ['autonomy'],
        summary: 'What the calls to each language model cost, and how long they took',
        querystring: usageQuery,
        response: answers({ 200: modelUsageAnswer.meta({ examples: [modelUsageExample] }) }),
      },
      handler: async ({ query: { days, account } }) => {
        const since = clock() - days * dayMs;
        const calls = await store().llmCalls.list({ since, account, limit: mostCalls });
        return { since: isoTime(since), models: usageByModel(calls) };
      },
    });
  };
