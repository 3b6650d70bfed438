import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import {
  analyzeBody,
  audioJobAnswer,
  compareBody,
  masterBody,
  mixBody,
  type AudioRequest,
} from '../../contracts/audio.ts';
import {
  analyzeRequest,
  compareRequest,
  masterRequest,
  mixRequest,
} from '../../domain/audio/request.ts';
import type { Routes } from '../context.ts';
import { actorOf } from '../http/authenticate.ts';
import { repeatKeyOf, sentNothing } from '../http/idempotency.ts';
import { answers, idempotencyHeaders, waitQuery } from '../http/route-schema.ts';
import { jobAnswerExample } from './examples.ts';
import { noSuchPreset } from './no-such-preset.ts';

const asleepToo = 'While shubniggurath sleeps nothing is started: 200 with error off_by_policy.';
const response = answers({ 200: audioJobAnswer.meta({ examples: [jobAnswerExample] }) });
const about = { tags: ['audio'], headers: idempotencyHeaders, querystring: waitQuery, response };
/** The older name of it, of 30 s at most. */
const analyzeQuery = waitQuery.extend({
  wait: z
    .string()
    .regex(/^\d{1,2}$/, 'must be a number from 0 to 30')
    .transform(Number)
    .pipe(z.int().max(30, 'must be a number from 0 to 30'))
    .optional()
    .meta({ description: 'How many seconds to wait for the report; default 0' }),
});
const rule = { scope: 'operator', idempotent: true } as const;

/** Starts analyses, masters, mixes and comparisons. */
export const audioStartRoutes: Routes = (context) => async (app) => {
  const { audio, windows } = context;
  const start = async (
    request: FastifyRequest & { query: z.output<typeof waitQuery> },
    what: AudioRequest,
    seconds = request.query.wait_seconds ?? 0,
  ) => {
    await windows.requireMadre();
    const waitMs = 1000 * seconds;
    const asked = { sender: actorOf(request), repeatKey: repeatKeyOf(request), waitMs };
    const answer = await audio.start(what, asked);
    if (answer.error !== null) sentNothing(request);
    return answer;
  };

  app.route({
    method: 'POST',
    url: '/vx11/audio/analyze',
    config: { rule },
    schema: {
      operationId: 'analyzeAudio',
      summary: 'Measure a file, and find what is wrong with it and where',
      description: asleepToo,
      body: analyzeBody.meta({
        examples: [{ audio_path: 'song.wav', sample_rate: 44_100, metadata: { title: 'Song' } }],
      }),
      ...about,
      querystring: analyzeQuery,
    },
    handler: (request) => {
      const { wait, wait_seconds = wait } = request.query;
      return start(request, analyzeRequest(request.body), wait_seconds);
    },
  });

  app.route({
    method: 'POST',
    url: '/vx11/audio/master',
    config: { rule },
    schema: {
      operationId: 'masterAudio',
      summary: 'Bring a file to its loudness, below its ceiling, proved on what was written',
      description: asleepToo,
      body: masterBody.meta({ examples: [{ audio_path: 'song.wav', preset: 'streaming' }] }),
      ...about,
    },
    handler: (request) => {
      const what = masterRequest(request.body);
      if (what !== null) return start(request, what);
      throw noSuchPreset(request.body.preset ?? '');
    },
  });

  app.route({
    method: 'POST',
    url: '/vx11/audio/mix',
    config: { rule },
    schema: {
      operationId: 'mixAudio',
      summary: 'Balance tracks, and write their sum and a REAPER project with the same faders',
      description: asleepToo,
      body: mixBody.meta({
        examples: [{ stems: [{ audio_path: 'drums.wav' }, { audio_path: 'voice.wav' }] }],
      }),
      ...about,
    },
    handler: (request) => start(request, mixRequest(request.body)),
  });

  app.route({
    method: 'POST',
    url: '/vx11/audio/compare',
    config: { rule },
    schema: {
      operationId: 'compareAudio',
      summary: 'Two files at the same loudness, both turned down, and how they differ',
      description: asleepToo,
      body: compareBody.meta({ examples: [{ a: 'song.wav', b: 'reference.wav' }] }),
      ...about,
    },
    handler: (request) => start(request, compareRequest(request.body)),
  });
};
