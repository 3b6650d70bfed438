import { z } from 'zod';
import {
  discoverAnswer,
  discoverBody,
  programCategory,
  programListAnswer,
  programName,
} from '../../contracts/programs.ts';
import { hostName } from '../../contracts/text.ts';
import type { Routes } from '../context.ts';
import { actorOf } from '../http/authenticate.ts';
import { repeatKeyOf, sentNothing } from '../http/idempotency.ts';
import { answers, idempotencyHeaders, noQuery } from '../http/route-schema.ts';
import { programExample, scanExample } from './examples.ts';

const listQuery = z.strictObject({
  host: hostName.optional(),
  category: programCategory.optional(),
  usable: z
    .enum(['true', 'false'])
    .transform((text) => text === 'true')
    .optional(),
  name: programName.optional(),
});

/** Looks for programs, and shows those that were found, also while hermes sleeps. */
export const programRoutes: Routes = (context) => async (app) => {
  const { programs, store, windows } = context;

  app.route({
    method: 'POST',
    url: '/hermes/discover',
    config: { rule: { scope: 'operator', idempotent: true, bodyOptional: true } },
    schema: {
      operationId: 'discoverPrograms',
      tags: ['programs'],
      summary: 'Look for programs on a host, and for their versions',
      description:
        'Answers as soon as the scan is stored; GET /hermes/clis shows what it has found. While hermes sleeps nothing ' +
        'is started: 200 with error off_by_policy, and a hint that shows how to open it.',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: discoverBody.meta({ examples: [{}] }),
      response: answers({
        200: discoverAnswer.meta({
          examples: [{ status: 'QUEUED', scan: scanExample, error: null, hint: null }],
        }),
      }),
    },
    handler: async (request) => {
      await windows.requireMadre();
      const { body } = request;
      const answer = await programs.discover(body, actorOf(request), repeatKeyOf(request));
      if (answer.error !== null) sentNothing(request);
      return answer;
    },
  });

  app.route({
    method: 'GET',
    url: '/hermes/clis',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listPrograms',
      tags: ['programs'],
      summary: 'The programs that the last scan of each host found',
      querystring: listQuery,
      response: answers({
        200: programListAnswer.meta({
          examples: [{ programs: [programExample], scans: [scanExample] }],
        }),
      }),
    },
    handler: async ({ query }) => ({
      programs: await store().programs.list(query),
      scans: await store().programs.newestScans(query.host),
    }),
  });
};
