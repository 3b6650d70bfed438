import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import {
  catalogAnswer,
  modelId,
  modelListAnswer,
  modelPull,
  modelView,
  pullAnswer,
  pullBody,
  pullId,
  searchAnswer,
  searchBody,
  type ModelPull,
} from '../../contracts/models.ts';
import { isSameWho } from '../../contracts/principal.ts';
import { hostName } from '../../contracts/text.ts';
import type { Routes } from '../context.ts';
import { actorOf, callerOf } from '../http/authenticate.ts';
import { sentNothing } from '../http/idempotency.ts';
import { includes } from '../http/route-policy.ts';
import { answers, idempotencyHeaders, noQuery } from '../http/route-schema.ts';
import { hubModelExample, modelExample, pullExample } from './examples.ts';

const listQuery = z.strictObject({
  host: hostName.optional(),
  status: modelView.shape.status.optional(),
});
const catalogQuery = z.strictObject({ query: z.string().max(100).default('') });

const noSuchPull = (id: string): VX11Error =>
  new VX11Error('pull_not_found', `There is no pull ${id}.`);

/** Brings models, finds them in the hub, and shows what there is, also while hermes sleeps. */
export const hermesModelRoutes: Routes = (context) => async (app) => {
  const { models, store, windows, config } = context;
  const { allowDownload: downloads, modelCaps: caps } = config;
  const pullOf = async (id: string): Promise<ModelPull> => {
    const found = await store().models.pulls.find(id);
    if (found === null) throw noSuchPull(id);
    return found;
  };

  app.route({
    method: 'POST',
    url: '/hermes/models/pull',
    config: { rule: { scope: 'operator', idempotent: true } },
    schema: {
      operationId: 'pullModel',
      tags: ['models'],
      summary: 'Download a model to a host',
      description:
        'Answers as soon as the pull is stored; GET /hermes/job/{id} shows how far it is. A repeat after a failure goes on ' +
        'from what is there. While hermes sleeps nothing is started: 200 with error off_by_policy.',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: pullBody.meta({ examples: [{ model: pullExample.model }] }),
      response: answers({
        200: pullAnswer.meta({
          examples: [{ status: 'QUEUED', job: pullExample, error: null, hint: null }],
        }),
      }),
    },
    handler: async (request) => {
      await windows.requireMadre();
      const answer = await models.pull(request.body, actorOf(request));
      if (answer.error !== null) sentNothing(request);
      return answer;
    },
  });

  app.route({
    method: 'POST',
    url: '/hermes/models/search',
    config: { rule: { scope: 'operator' } },
    schema: {
      operationId: 'searchModels',
      tags: ['models'],
      summary: 'Find models in the hub, or the files of one',
      description: 'What it finds is remembered for GET /hermes/catalog.',
      querystring: noQuery,
      body: searchBody.meta({ examples: [{ query: 'smollm2' }] }),
      response: answers({
        200: searchAnswer.meta({
          examples: [
            { status: 'DONE', models: [hubModelExample], next: null, error: null, hint: null },
          ],
        }),
      }),
    },
    handler: async ({ body }) => {
      await windows.requireMadre();
      return models.search(body);
    },
  });

  app.route({
    method: 'GET',
    url: '/hermes/catalog',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listCatalog',
      tags: ['models'],
      summary: 'Models of the hub that searches have found',
      querystring: catalogQuery,
      response: answers({
        200: catalogAnswer.meta({ examples: [{ models: [hubModelExample] }] }),
      }),
    },
    handler: async ({ query: { query } }) => ({ models: await store().models.hub.list(query) }),
  });

  app.route({
    method: 'GET',
    url: '/hermes/models',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listHostModels',
      tags: ['models'],
      summary: 'The models of all hosts, and the pulls that run',
      querystring: listQuery,
      response: answers({
        200: modelListAnswer.meta({
          examples: [{ models: [modelExample], pulls: [], downloads: false, caps }],
        }),
      }),
    },
    handler: async ({ query }) => {
      const list = await store().models.list(query);
      const pulls = await store().models.pulls.live(query.host);
      return { models: list, pulls, downloads, caps };
    },
  });

  app.route({
    method: 'GET',
    url: '/hermes/models/:id',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getHostModel',
      tags: ['models'],
      summary: 'One model',
      params: z.strictObject({ id: modelId }),
      querystring: noQuery,
      response: answers({ 200: modelView.meta({ examples: [modelExample] }) }),
    },
    handler: async ({ params: { id } }) => {
      const found = await store().models.find(id);
      if (found === null) throw new VX11Error('model_not_found', `There is no model ${id}.`);
      return found;
    },
  });

  app.route({
    method: 'DELETE',
    url: '/hermes/models/:id',
    config: { rule: { scope: 'operator' } },
    schema: {
      operationId: 'deleteModel',
      tags: ['models'],
      summary: 'Remove a model',
      description:
        'It is out of use at once. Its files go as soon as hermes is awake; this cannot be undone then.',
      params: z.strictObject({ id: modelId }),
      querystring: noQuery,
      response: answers({
        200: modelView.meta({ examples: [{ ...modelExample, status: 'removing' }] }),
      }),
    },
    handler: (request) => models.remove(request.params.id, actorOf(request)),
  });

  app.route({
    method: 'GET',
    url: '/hermes/job/:id',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getPull',
      tags: ['models'],
      summary: 'How far a pull is, or how it ended',
      params: z.strictObject({ id: pullId }),
      querystring: noQuery,
      response: answers({ 200: modelPull.meta({ examples: [pullExample] }) }),
    },
    handler: ({ params: { id } }) => pullOf(id),
  });

  app.route({
    method: 'DELETE',
    url: '/hermes/job/:id',
    config: { rule: { scope: 'operator' } },
    schema: {
      operationId: 'cancelPull',
      tags: ['models'],
      summary: 'End a pull of yours',
      description:
        'It ends as failed with the cause cancelled, unless its model is being registered already. Nothing of it is ' +
        'registered; what came of its files is kept for 7 days, and the same pull goes on from there.',
      params: z.strictObject({ id: pullId }),
      querystring: noQuery,
      response: answers({ 202: modelPull.meta({ examples: [pullExample] }) }),
    },
    handler: async (request, reply) => {
      const pull = await pullOf(request.params.id);
      const caller = callerOf(request);
      const owner = await store().models.pulls.ownerOf(pull.job_id);
      const own = owner !== null && (isSameWho(caller, owner) || includes(caller.scope, 'admin'));
      // a caller without the right gets the same answer as for an unknown pull
      if (!own) throw noSuchPull(pull.job_id);
      await models.cancel(pull, actorOf(request));
      return reply.code(202).send(pull);
    },
  });
};
