import { z } from 'zod';
import {
  audioBatch,
  audioBatchAnswer,
  audioBatchId,
  audioBatchList,
  batchBody,
} from '../../contracts/audio-batch.ts';
import type { Routes } from '../context.ts';
import { actorOf } from '../http/authenticate.ts';
import { repeatKeyOf, sentNothing } from '../http/idempotency.ts';
import { answers, idempotencyHeaders, limitQuery, noBody, noQuery } from '../http/route-schema.ts';
import { batchAnswerExample, batchBodyExample, batchExample } from './examples.ts';

const params = z.strictObject({ batch_id: audioBatchId });

/** Starts batches of analyses, shows them, and ends them. */
export const audioBatchRoutes: Routes = (context) => async (app) => {
  const { audioBatches: batches, windows, store } = context;

  app.route({
    method: 'POST',
    url: '/vx11/audio/batch',
    config: { rule: { scope: 'operator', idempotent: true } },
    schema: {
      operationId: 'analyzeAudioBatch',
      tags: ['audio'],
      summary: 'Analyse many files, one job each; a bad one fails alone',
      description:
        'Priority 1 is the most urgent, and 5 that of a job without a batch. While shubniggurath sleeps nothing is started: 200 with error off_by_policy.',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: batchBody.meta({ examples: [batchBodyExample] }),
      response: answers({ 200: audioBatchAnswer.meta({ examples: [batchAnswerExample] }) }),
    },
    handler: async (request) => {
      await windows.requireMadre();
      const asked = { sender: actorOf(request), repeatKey: repeatKeyOf(request) };
      const answer = await batches.start(request.body, asked);
      if (answer.error !== null) sentNothing(request);
      return answer;
    },
  });

  app.route({
    method: 'GET',
    url: '/vx11/audio/batch',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listAudioBatches',
      tags: ['audio'],
      summary: 'Batches of audio jobs, newest first',
      querystring: z.strictObject({ limit: limitQuery(100, 20) }),
      response: answers({ 200: audioBatchList.meta({ examples: [{ batches: [batchExample] }] }) }),
    },
    handler: async ({ query: { limit } }) => ({
      batches: await store().audioBatches.list({ limit }),
    }),
  });

  app.route({
    method: 'GET',
    url: '/vx11/audio/batch/:batch_id',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getAudioBatch',
      tags: ['audio'],
      summary: 'How far a batch is, file by file',
      params,
      querystring: noQuery,
      response: answers({ 200: audioBatch.meta({ examples: [batchExample] }) }),
    },
    handler: ({ params: { batch_id } }) => batches.find(batch_id),
  });

  app.route({
    method: 'POST',
    url: '/vx11/audio/batch/:batch_id/cancel',
    config: { rule: { scope: 'operator', bodyOptional: true } },
    schema: {
      operationId: 'cancelAudioBatch',
      tags: ['audio'],
      summary: 'End a batch and its jobs; what runs dies within two seconds',
      params,
      querystring: noQuery,
      body: noBody.meta({ examples: [{}] }),
      response: answers({ 200: audioBatch.meta({ examples: [batchExample] }) }),
    },
    handler: async (request) => {
      const batch = await batches.find(request.params.batch_id);
      await batches.cancel(batch, actorOf(request).actor);
      return batches.find(batch.batch_id);
    },
  });
};
