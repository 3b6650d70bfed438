import { z } from 'zod';
import {
  checkRunAnswer,
  checkRunId,
  checkRunListAnswer,
  checkRunStatus,
  checkRunView,
  checkSuitesAnswer,
  startChecksBody,
} from '../../contracts/checks.ts';
import { isSameWho } from '../../contracts/principal.ts';
import { runCursorPattern, shownResult } from '../../store/checks/check-runs.ts';
import { actorOf, callerOf } from '../http/authenticate.ts';
import { noSuchRun } from './control.ts';
import type { Routes } from '../context.ts';
import { repeatKeyOf } from '../http/idempotency.ts';
import { includes } from '../http/route-policy.ts';
import {
  answers,
  cursorQuery,
  idempotencyHeaders,
  limitQuery,
  noQuery,
} from '../http/route-schema.ts';
import { resultExample, runExample, suiteExample } from './examples.ts';

const listQuery = z.strictObject({
  suite: z.string().max(100).optional(),
  status: checkRunStatus.optional(),
  limit: limitQuery(200, 50),
  cursor: cursorQuery(runCursorPattern),
});
const runParams = z.strictObject({ run_id: checkRunId });

/** Runs checks of the stack, and shows their results. */
export const checkRoutes: Routes = (context) => async (app) => {
  const { checks, windows, model, store } = context;

  app.route({
    method: 'POST',
    url: '/vx11/checks',
    config: { rule: { scope: 'operator', idempotent: true } },
    schema: {
      operationId: 'startChecks',
      tags: ['checks'],
      summary: 'Wake what a suite needs, check it, and let it sleep again',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: startChecksBody.meta({ examples: [{ suite: 'orders', reason: 'before the release' }] }),
      response: answers({
        202: checkRunView.meta({ examples: [{ ...runExample, status: 'queued' as const }] }),
      }),
    },
    handler: async (request, reply) => {
      await windows.requireMadre();
      const run = await checks.start(request.body, actorOf(request), repeatKeyOf(request));
      return reply.code(202).send(run);
    },
  });

  app.route({
    method: 'GET',
    url: '/vx11/checks',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listChecks',
      tags: ['checks'],
      summary: 'Runs of checks, newest first',
      querystring: listQuery,
      response: answers({
        200: checkRunListAnswer.meta({ examples: [{ runs: [runExample], next_cursor: null }] }),
      }),
    },
    handler: ({ query }) => store().checks.list(query),
  });

  app.route({
    method: 'GET',
    url: '/vx11/checks/suites',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listSuites',
      tags: ['checks'],
      summary: 'What can be checked, and what is wrong with it',
      querystring: noQuery,
      response: answers({
        200: checkSuitesAnswer.meta({ examples: [{ suites: [{ ...suiteExample, host: 'box' }] }] }),
      }),
    },
    handler: async () => {
      const { catalogs } = await model.snapshot();
      return {
        suites: catalogs.flatMap(({ host, suites = [] }) =>
          suites.map((one) => ({ ...one, host })),
        ),
      };
    },
  });

  app.route({
    method: 'GET',
    url: '/vx11/checks/:run_id',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getChecks',
      tags: ['checks'],
      summary: 'One run, with the result of every check so far',
      params: runParams,
      querystring: noQuery,
      response: answers({
        200: checkRunAnswer.meta({ examples: [{ run: runExample, results: [resultExample] }] }),
      }),
    },
    handler: async ({ params }) => {
      const run = await checks.find(params.run_id);
      return { run, results: (await store().checks.results(run.run_id)).map(shownResult) };
    },
  });

  app.route({
    method: 'DELETE',
    url: '/vx11/checks/:run_id',
    config: { rule: { scope: 'operator' } },
    schema: {
      operationId: 'cancelChecks',
      tags: ['checks'],
      summary: 'End a run of yours; its window closes and its report is written',
      params: runParams,
      querystring: noQuery,
      response: answers({ 202: checkRunView.meta({ examples: [runExample] }) }),
    },
    handler: async (request, reply) => {
      const run = await checks.find(request.params.run_id);
      const caller = callerOf(request);
      const owner = await store().checks.ownerOf(run.run_id);
      const own = owner !== null && (isSameWho(caller, owner) || includes(caller.scope, 'admin'));
      // a caller without the right gets the same answer as for an unknown run
      if (!own) throw noSuchRun(run.run_id);
      await checks.cancel(run, actorOf(request));
      return reply.code(202).send(run);
    },
  });
};
