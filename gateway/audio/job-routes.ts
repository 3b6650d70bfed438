import { z } from 'zod';
import { audioReport } from '../../contracts/audio-report.ts';
import {
  audioJob,
  audioJobId,
  audioJobList,
  audioPreset,
  audioPresetList,
} from '../../contracts/audio.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { audioNameProblem } from '../../domain/audio/file-name.ts';
import { audioPresets, presetOf } from '../../domain/audio/presets.ts';
import { openWithin } from '../../platform/files/open-within.ts';
import type { Routes } from '../context.ts';
import { actorOf } from '../http/authenticate.ts';
import { answers, limitQuery, noBody, noQuery } from '../http/route-schema.ts';
import { sendFile } from '../streams/send-file.ts';
import { jobExample } from './examples.ts';
import { noSuchPreset } from './no-such-preset.ts';
import { reportExample } from './report-example.ts';

const params = z.strictObject({ job_id: audioJobId });

/** Shows audio jobs and what they left, also while shubniggurath sleeps; and ends them. */
export const audioJobRoutes: Routes = (context) => async (app) => {
  const { audio, store, config } = context;

  app.route({
    method: 'GET',
    url: '/vx11/audio/jobs',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listAudioJobs',
      tags: ['audio'],
      summary: 'Audio jobs, newest first',
      querystring: z.strictObject({ limit: limitQuery(200, 50) }),
      response: answers({ 200: audioJobList.meta({ examples: [{ jobs: [jobExample] }] }) }),
    },
    handler: async ({ query: { limit } }) => ({ jobs: await store().audio.list({ limit }) }),
  });

  app.route({
    method: 'GET',
    url: '/vx11/audio/jobs/:job_id',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getAudioJob',
      tags: ['audio'],
      summary: 'How far an audio job is, or how it ended',
      params,
      querystring: noQuery,
      response: answers({ 200: audioJob.meta({ examples: [jobExample] }) }),
    },
    handler: ({ params: { job_id } }) => audio.find(job_id),
  });

  app.route({
    method: 'GET',
    url: '/vx11/audio/jobs/:job_id/report',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getAudioReport',
      tags: ['audio'],
      summary: 'Everything that an audio job measured and decided',
      params,
      querystring: noQuery,
      response: answers({ 200: audioReport.meta({ examples: [reportExample] }) }),
    },
    handler: async ({ params: { job_id } }) => {
      const { status } = await audio.find(job_id);
      const report = await store().audio.report(job_id);
      if (report !== null) return report;
      throw new VX11Error('artifact_not_found', `${job_id} is ${status} and has no report.`);
    },
  });

  app.route({
    method: 'GET',
    url: '/vx11/audio/jobs/:job_id/artifacts/*',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getAudioArtifact',
      tags: ['audio'],
      summary: 'A file that an audio job left; the job lists them',
      params: z.strictObject({ job_id: audioJobId, '*': z.string().max(1024) }),
      querystring: noQuery,
      response: answers({
        200: {
          content: {
            'application/octet-stream': { schema: z.string().meta({ examples: ['RIFF…'] }) },
          },
        },
      }),
    },
    handler: async (request, reply) => {
      const { job_id, '*': path } = request.params;
      await audio.find(job_id);
      const problem = audioNameProblem(path);
      const file = problem === null ? await openWithin(config.audio.job(job_id), path) : null;
      if (file !== null) return sendFile(reply, path, file);
      throw new VX11Error('artifact_not_found', `${job_id} left no file ${path} on this host.`);
    },
  });

  app.route({
    method: 'POST',
    url: '/vx11/audio/jobs/:job_id/cancel',
    config: { rule: { scope: 'operator', bodyOptional: true } },
    schema: {
      operationId: 'cancelAudioJob',
      tags: ['audio'],
      summary: 'End an audio job; what runs dies within two seconds',
      params,
      querystring: noQuery,
      body: noBody.meta({ examples: [{}] }),
      response: answers({ 200: audioJob.meta({ examples: [jobExample] }) }),
    },
    handler: async (request) => {
      const job = await audio.find(request.params.job_id);
      await audio.cancel(job, actorOf(request).actor);
      return audio.find(job.job_id);
    },
  });

  app.route({
    method: 'GET',
    url: '/vx11/audio/presets',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listAudioPresets',
      tags: ['audio'],
      summary: 'What a master may be for, with its loudness and its ceiling',
      querystring: noQuery,
      response: answers({
        200: audioPresetList.meta({ examples: [{ presets: [audioPresets[0]!] }] }),
      }),
    },
    handler: async () => ({ presets: [...audioPresets] }),
  });

  app.route({
    method: 'GET',
    url: '/vx11/audio/presets/:name',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getAudioPreset',
      tags: ['audio'],
      summary: 'One preset',
      params: audioPreset.pick({ name: true }),
      querystring: noQuery,
      response: answers({ 200: audioPreset.meta({ examples: [audioPresets[0]!] }) }),
    },
    handler: async ({ params: { name } }) => {
      const preset = presetOf(name);
      if (preset === null) throw noSuchPreset(name);
      return preset;
    },
  });
};
