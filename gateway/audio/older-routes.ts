import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { audioBatchId } from '../../contracts/audio-batch.ts';
import { audioRequest, type AudioRequest } from '../../contracts/audio.ts';
import { VX11Error } from '../../contracts/errors.ts';
import {
  shubAnalyzeAnswer,
  shubAnalyzeBody,
  shubBatchAnswer,
  shubBatchBody,
  shubMasteringBody,
  type ShubAnalyzeAnswer,
} from '../../contracts/shub.ts';
import { batchHasEnded } from '../../domain/audio/batch.ts';
import { olderAnswer, olderBatch } from '../../domain/audio/older.ts';
import { aboutOf, analyzeRequest, masterRequest } from '../../domain/audio/request.ts';
import type { Routes } from '../context.ts';
import { actorOf } from '../http/authenticate.ts';
import { repeatKeyOf, sentNothing } from '../http/idempotency.ts';
import { answers, idempotencyHeaders, noBody, noQuery } from '../http/route-schema.ts';
import { batchBodyExample } from './examples.ts';
import { noSuchPreset } from './no-such-preset.ts';
import { shubAnalyzeExample, shubBatchExample } from './older-examples.ts';

/** How long a call waits for its report, as the older ones did. */
const waitMs = 30_000;
const about = { tags: ['audio'], headers: idempotencyHeaders, querystring: noQuery };
const rule = { scope: 'operator', idempotent: true } as const;
const params = z.strictObject({ job_id: audioBatchId });
/** Every depth that jobs know; the others are full. */
const depthOf = (depth: 'quick' | 'full' | 'deep' = 'full') =>
  audioRequest.shape.depth.safeParse(depth).data ?? 'full';
const stays =
  'Waits 30 s for the report; a job that takes longer continues, and its id is in the answer.';
const analyzed = answers({ 200: shubAnalyzeAnswer.meta({ examples: [shubAnalyzeExample] }) });
const batched = answers({ 200: shubBatchAnswer.meta({ examples: [shubBatchExample] }) });

/** The older API of shubniggurath, over the jobs of today. */
export const olderAudioRoutes: Routes = (context) => async (app) => {
  const { audio, audioBatches: batches, windows, clock } = context;
  const run = async (request: FastifyRequest, what: AudioRequest): Promise<ShubAnalyzeAnswer> => {
    await windows.requireMadre();
    const asked = { sender: actorOf(request), repeatKey: repeatKeyOf(request), waitMs };
    const answer = await audio.start(what, asked);
    if (answer.error !== null) sentNothing(request);
    return olderAnswer(answer, clock());
  };

  app.route({
    method: 'POST',
    url: '/shub/api/analyze',
    config: { rule },
    schema: {
      operationId: 'shubAnalyze',
      summary: 'Measure a file; the older form of POST /vx11/audio/analyze',
      description: stays,
      body: shubAnalyzeBody.meta({ examples: [{ audio_path: 'song.wav' }] }),
      response: analyzed,
      ...about,
    },
    handler: (request) => {
      const { analysis_depth, ...body } = request.body;
      return run(request, analyzeRequest({ ...body, depth: depthOf(analysis_depth) }));
    },
  });

  app.route({
    method: 'POST',
    url: '/shub/api/mastering',
    config: { rule },
    schema: {
      operationId: 'shubMaster',
      summary: 'Master a file; the older form of POST /vx11/audio/master',
      description: stays,
      body: shubMasteringBody.meta({ examples: [{ audio_path: 'song.wav' }] }),
      response: analyzed,
      ...about,
    },
    handler: (request) => {
      const { audio_path, preset, ...said } = request.body;
      const what = masterRequest({ audio_path, ...(preset !== undefined && { preset }) });
      if (what === null) throw noSuchPreset(preset ?? '');
      return run(request, { ...what, ...aboutOf(said) });
    },
  });

  app.route({
    method: 'POST',
    url: '/shub/api/batch/submit',
    config: { rule },
    schema: {
      operationId: 'shubSubmitBatch',
      summary: 'Analyse many files; the older form of POST /vx11/audio/batch',
      body: shubBatchBody.meta({ examples: [batchBodyExample] }),
      response: batched,
      ...about,
    },
    handler: async (request) => {
      await windows.requireMadre();
      const { analysis_type, ...body } = request.body;
      const asked = { sender: actorOf(request), repeatKey: repeatKeyOf(request) };
      const { batch, hint } = await batches.start(
        { ...body, analysis_type: depthOf(analysis_type) },
        asked,
      );
      if (batch !== null) return olderBatch(batch);
      sentNothing(request);
      return {
        job_id: null,
        job_name: body.job_name,
        status: 'off_by_policy' as const,
        total_files: body.audio_files.length,
        processed_files: 0,
        failed_files: 0,
        created_at: null,
        completed_at: null,
        hint,
      };
    },
  });

  app.route({
    method: 'GET',
    url: '/shub/api/batch/status/:job_id',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'shubBatchStatus',
      tags: ['audio'],
      summary: 'How far a batch is; the older form of GET /vx11/audio/batch/{batch_id}',
      params,
      querystring: noQuery,
      response: batched,
    },
    handler: async ({ params: { job_id } }) => olderBatch(await batches.find(job_id)),
  });

  app.route({
    method: 'POST',
    url: '/shub/api/batch/cancel/:job_id',
    config: { rule: { scope: 'operator', bodyOptional: true } },
    schema: {
      operationId: 'shubCancelBatch',
      tags: ['audio'],
      summary: 'End a batch; 400 if it has ended already',
      params,
      querystring: noQuery,
      body: noBody.meta({ examples: [{}] }),
      response: batched,
    },
    handler: async (request) => {
      const batch = await batches.find(request.params.job_id);
      if (batchHasEnded(batch))
        throw new VX11Error('bad_request', `${batch.batch_id} is ${batch.status} already.`);
      await batches.cancel(batch, actorOf(request).actor);
      return olderBatch(await batches.find(batch.batch_id));
    },
  });
};
