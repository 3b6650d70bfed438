import { readFile } from 'node:fs/promises';
import { audioEngines, type AudioEngines } from '../../contracts/audio-engines.ts';
import { audioJobKind } from '../../contracts/audio.ts';
import { shubHealthAnswer, shubPipelinesAnswer, shubReadyAnswer } from '../../contracts/shub.ts';
import { engineHealth, enginesIn } from '../../domain/audio/engines.ts';
import { phasesOf } from '../../domain/audio/job.ts';
import type { Routes } from '../context.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { shubAsleep } from './asleep.ts';
import { enginesExample, shubHealthExample } from './older-examples.ts';

const rule = { scope: 'viewer' } as const;

/** Which programs shubniggurath has, and whether it can work; also under their older addresses. */
export const audioEngineRoutes: Routes = (context) => async (app) => {
  const { config, model, clock } = context;
  const engines = async (): Promise<AudioEngines> => {
    const text = await readFile(config.audio.engine, 'utf8').catch(() => null);
    return engineHealth(text === null ? null : enginesIn(text));
  };
  const asleep = () => shubAsleep(model, config.host, clock());

  for (const [url, operationId] of [
    ['/vx11/audio/engines', 'listAudioEngines'],
    ['/shub/engines', 'listShubEngines'],
  ] as const)
    app.route({
      method: 'GET',
      url,
      config: { rule },
      schema: {
        operationId,
        tags: ['audio'],
        summary:
          'The programs that shubniggurath found when it started last, and those that are missing',
        querystring: noQuery,
        response: answers({ 200: audioEngines.meta({ examples: [enginesExample] }) }),
      },
      handler: engines,
    });

  app.route({
    method: 'GET',
    url: '/shub/health',
    config: { rule },
    schema: {
      operationId: 'getShubHealth',
      tags: ['audio'],
      summary: 'Whether shubniggurath is awake, and what it lacks',
      querystring: noQuery,
      response: answers({ 200: shubHealthAnswer.meta({ examples: [shubHealthExample] }) }),
    },
    handler: async () => {
      const [hint, { status, error, hint: missing }] = await Promise.all([asleep(), engines()]);
      const module = 'shubniggurath' as const;
      if (hint !== null) return { module, status: 'off_by_policy' as const, error: null, hint };
      const health = status === 'unknown' ? 'starting' : status;
      return { module, status: health, error, hint: missing } as const;
    },
  });

  app.route({
    method: 'GET',
    url: '/shub/ready',
    config: { rule },
    schema: {
      operationId: 'getShubReady',
      tags: ['audio'],
      summary: 'Whether a job would begin now',
      querystring: noQuery,
      response: answers({ 200: shubReadyAnswer.meta({ examples: [{ ready: true, hint: null }] }) }),
    },
    handler: async () => {
      const [hint, { error, hint: missing }] = await Promise.all([asleep(), engines()]);
      if (hint !== null) return { ready: false, hint };
      return { ready: error === null, hint: error === null ? null : missing };
    },
  });

  app.route({
    method: 'GET',
    url: '/shub/pipelines',
    config: { rule },
    schema: {
      operationId: 'listShubPipelines',
      tags: ['audio'],
      summary: 'The kinds of jobs, and the phases of each',
      querystring: noQuery,
      response: answers({
        200: shubPipelinesAnswer.meta({
          examples: [{ pipelines: [{ name: 'analyze', phases: ['probe', 'measure'] }] }],
        }),
      }),
    },
    handler: async () => ({
      pipelines: audioJobKind.options.map((name) => ({
        name,
        phases: phasesOf({ kind: name }),
      })),
    }),
  });
};
