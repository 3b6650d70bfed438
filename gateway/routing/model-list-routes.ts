import { z } from 'zod';
import { openaiModel, openaiModels } from '../../contracts/openai.ts';
import type { Routes } from '../context.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { FrontError } from './failure.ts';
import { chatFront } from './front/fronts.ts';
import { plainFront } from './plain-front.ts';
import { createPublished, modelList } from './published.ts';

const modelParams = z.strictObject({ '*': z.string().max(200) });
const example = { id: 'auto', object: 'model' as const, created: 0, owned_by: 'vx11' };

/** The models that a request may name, in OpenAI's form. */
export const modelListRoutes: Routes =
  ({ store, clock }) =>
  async (app) => {
    plainFront(app, chatFront);
    const published = createPublished(store, clock);

    app.route({
      method: 'GET',
      url: '/v1/models',
      config: { rule: { scope: 'viewer' } },
      schema: {
        operationId: 'listModels',
        tags: ['models'],
        summary: 'The models that a request may name, also while switch and their services sleep',
        querystring: noQuery,
        response: answers({
          200: openaiModels.meta({ examples: [{ object: 'list', data: [example] }] }),
        }),
      },
      handler: async () => ({ object: 'list' as const, data: modelList(await published.read()) }),
    });

    app.route({
      method: 'GET',
      url: '/v1/models/*',
      config: { rule: { scope: 'viewer' } },
      schema: {
        operationId: 'getModel',
        tags: ['models'],
        summary: 'One of them',
        params: modelParams,
        querystring: noQuery,
        response: answers({ 200: openaiModel.meta({ examples: [example] }) }),
      },
      handler: async ({ params }) => {
        const id = params['*'];
        const found = modelList(await published.read()).find((model) => model.id === id);
        if (found !== undefined) return found;
        throw new FrontError('model_not_found', `No model is called ${JSON.stringify(id)}.`, {
          param: 'model',
        });
      },
    });
  };
