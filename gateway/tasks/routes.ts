import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import { commandBody, taskBody } from '../../contracts/task-request.ts';
import { taskAnswer, taskCancelAnswer, taskId, type TaskView } from '../../contracts/task.ts';
import { isSameWho } from '../../contracts/principal.ts';
import { commandTask } from '../../domain/tasks/task.ts';
import { callerOf } from '../http/authenticate.ts';
import type { Routes } from '../context.ts';
import { exampleCorrelation } from '../openapi/examples.ts';
import { repeatKeyOf } from '../http/idempotency.ts';
import { includes } from '../http/route-policy.ts';
import { answers, idempotencyHeaders, noQuery } from '../http/route-schema.ts';
import { taskAnswerExample, taskExampleId } from './examples.ts';
import { noting, startTask } from './start-task.ts';

/** The largest body, in bytes: code, files, stdin, arguments and environment, which JSON escapes may more than double. */
const bodyLimit = 6 * 1024 * 1024;
const change = { scope: 'operator', idempotent: true } as const;

/** Starts tasks, and ends them. */
export const taskRoutes: Routes = (context) => async (app) => {
  const { tasks, store } = context;

  for (const [url, operationId] of [
    ['/vx11/spawn', 'startTask'],
    ['/operator/api/spawner/submit', 'submitToSpawner'],
  ] as const) {
    app.route({
      method: 'POST',
      url,
      config: { rule: change },
      bodyLimit,
      schema: {
        operationId,
        tags: ['tasks'],
        summary: 'Run code once, in a sandbox',
        description:
          'Answers as soon as the task is stored; GET /vx11/result/{id} shows its state. While the window of ' +
          'the spawner is closed nothing is started: 200 with error off_by_policy, and a hint that shows how to open it.',
        headers: idempotencyHeaders,
        querystring: noQuery,
        body: taskBody.meta({
          examples: [{ task_type: 'python', code: 'print(1)', ttl_seconds: 60 }],
        }),
        response: answers({
          200: taskAnswer.meta({ examples: [taskAnswerExample] }),
        }),
      },
      handler: (request) => startTask(context, request, request.body),
    });
  }

  app.route({
    method: 'POST',
    url: '/spawn',
    config: { rule: change },
    bodyLimit,
    schema: {
      operationId: 'runCommand',
      tags: ['tasks'],
      summary: 'Run one program of the sandbox with its arguments',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: commandBody.meta({
        examples: [{ name: 'count', command: 'wc', args: ['-c', '/etc/passwd'] }],
      }),
      response: answers({
        200: taskAnswer.meta({ examples: [{ ...taskAnswerExample, task_type: 'command' }] }),
      }),
    },
    handler: async (request) => {
      const { body } = request;
      const answer = await tasks.start({
        task_type: 'command',
        owner: callerOf(request).name,
        ownerId: callerOf(request).principal,
        correlation_id: request.id,
        repeatKey: repeatKeyOf(request),
        build: (base, now) => commandTask(body, base, now),
      });
      return noting(request, answer);
    },
  });

  app.route({
    method: 'DELETE',
    url: '/vx11/spawn/:spawn_id',
    config: { rule: { scope: 'operator' } },
    schema: {
      operationId: 'cancelTask',
      tags: ['tasks'],
      summary: 'Cancel a task, and what it started',
      description: 'Idempotent. Its processes get TERM, and KILL a second later.',
      params: z.strictObject({ spawn_id: taskId }),
      querystring: noQuery,
      response: answers({
        200: taskCancelAnswer.meta({
          examples: [
            {
              spawn_id: taskExampleId,
              was_live: true,
              status: 'ERROR',
              state: 'cancelled',
              daughters: [],
              correlation_id: exampleCorrelation,
            },
          ],
        }),
      }),
    },
    handler: async (request) => {
      const caller = callerOf(request);
      const { spawn_id } = request.params;
      const known = await store().tasks.find(spawn_id);
      // a caller without the right gets the same answer as for an unknown task
      const owner = await store().tasks.ownerOf(spawn_id);
      const own = owner !== null && (isSameWho(caller, owner) || includes(caller.scope, 'admin'));
      if (known === null || !own) throw noSuchTask(spawn_id);
      const { view, live } = await tasks.cancel(known, caller.name);
      return {
        spawn_id,
        was_live: live.includes(spawn_id),
        status: view.status,
        state: view.state,
        daughters: live.filter((id) => id !== spawn_id),
        correlation_id: request.id,
      };
    },
  });
};

const noSuchTask = (id: TaskView['spawn_id']): VX11Error =>
  new VX11Error('spawn_not_found', `${id} is not known here; GET /vx11/spawns lists all.`);
