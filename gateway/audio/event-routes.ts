import { z } from 'zod';
import { audioJob, audioJobId } from '../../contracts/audio.ts';
import { audioHasEnded } from '../../domain/audio/job.ts';
import type { Routes } from '../context.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { createSseConnections } from '../streams/sse-connections.ts';
import { jobExample } from './examples.ts';

/** How soon a commit of another process is noticed, in ms. */
const noticedMs = 250;

/** Streams how far an audio job is, until it ends. */
export const audioEventRoutes: Routes = (context) => async (app) => {
  const { audio, store } = context;
  const streams = createSseConnections(app, context);

  app.route({
    method: 'GET',
    url: '/vx11/audio/jobs/:job_id/events',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'streamAudioJob',
      tags: ['audio'],
      summary: 'Server-Sent Events of an audio job, until it ends',
      description: 'event is progress or, last, end; data is the job.',
      params: z.strictObject({ job_id: audioJobId }),
      querystring: noQuery,
      response: answers({
        200: {
          content: { 'text/event-stream': { schema: audioJob.meta({ examples: [jobExample] }) } },
        },
      }),
    },
    handler: async (request, reply) => {
      const { job_id } = await audio.find(request.params.job_id);
      const stream = streams.open(request, reply);
      let shown = '';
      const following = store().changes.follow(async () => {
        const job = await store().audio.find(job_id);
        const text = JSON.stringify(job);
        if (job === null || text === shown) return;
        shown = text;
        const isOver = audioHasEnded(job);
        stream.sayNow({ event: isOver ? 'end' : 'progress', data: job });
        if (isOver) stream.end();
      }, noticedMs);
      stream.onClose(() => following.end());
      following.lookNow();
    },
  });
};
