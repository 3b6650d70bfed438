import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { VX11Error, type FieldProblem } from '../../contracts/errors.ts';
import { commandBody, spawnBody, type SpawnBody } from '../../contracts/spawn-request.ts';
import {
  spawnAnswer,
  spawnCancelAnswer,
  spawnId,
  type SpawnAnswer,
  type SpawnView,
} from '../../contracts/spawn.ts';
import { isSameWho } from '../../contracts/principal.ts';
import { isPublicAddress } from '../../platform/public-address.ts';
import { codeSpawn, commandSpawn } from '../../domain/tasks/spawn.ts';
import { checkTaskFiles } from '../../domain/tasks/task-file.ts';
import { callerOf } from '../http/authenticate.ts';
import type { Routes } from '../context.ts';
import { exampleCorrelation } from '../openapi/examples.ts';
import { repeatKeyOf, sentNothing } from '../http/idempotency.ts';
import { includes } from '../http/route-policy.ts';
import { answers, idempotencyHeaders, noQuery } from '../http/route-schema.ts';
import { spawnAnswerExample, spawnExampleId } from './examples.ts';

/** The largest body, in bytes: code, files, stdin, arguments and environment, which JSON escapes may more than double. */
const bodyLimit = 6 * 1024 * 1024;
const change = { scope: 'operator', idempotent: true } as const;

/** Starts tasks, and ends them. */
export const spawnRoutes: Routes = (context) => async (app) => {
  const { spawns, config, store } = context;

  /** If nothing was started, frees the Idempotency-Key, so that the same request may be sent again. */
  const noting = (request: FastifyRequest, answer: SpawnAnswer): SpawnAnswer => {
    if (answer.error !== null) sentNothing(request);
    return answer;
  };

  app.route({
    method: 'POST',
    url: '/vx11/spawn',
    config: { rule: change },
    bodyLimit,
    schema: {
      operationId: 'startTask',
      tags: ['tasks'],
      summary: 'Run code once, in a sandbox',
      description:
        'Answers as soon as the task is stored; GET /vx11/result/{id} shows its state. While the window of ' +
        'the spawner is closed nothing is started: 200 with error off_by_policy, and a hint that shows how to open it.',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: spawnBody.meta({
        examples: [{ task_type: 'python', code: 'print(1)', ttl_seconds: 60 }],
      }),
      response: answers({
        200: spawnAnswer.meta({ examples: [spawnAnswerExample] }),
      }),
    },
    handler: async (request) => {
      const { body } = request;
      refuse(problemsOf(body, config.callbackAllow));
      const answer = await spawns.start({
        task_type: body.task_type,
        owner: callerOf(request).name,
        ownerId: callerOf(request).principal,
        correlation_id: body.correlation_id ?? request.id,
        repeatKey: repeatKeyOf(request),
        build: (base, now) => codeSpawn(body, base, now),
      });
      return noting(request, answer);
    },
  });

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
        200: spawnAnswer.meta({ examples: [{ ...spawnAnswerExample, task_type: 'command' }] }),
      }),
    },
    handler: async (request) => {
      const { body } = request;
      const answer = await spawns.start({
        task_type: 'command',
        owner: callerOf(request).name,
        ownerId: callerOf(request).principal,
        correlation_id: request.id,
        repeatKey: repeatKeyOf(request),
        build: (base, now) => commandSpawn(body, base, now),
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
      params: z.strictObject({ spawn_id: spawnId }),
      querystring: noQuery,
      response: answers({
        200: spawnCancelAnswer.meta({
          examples: [
            {
              spawn_id: spawnExampleId,
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
      const known = await store().spawns.find(spawn_id);
      // a caller without the right gets the same answer as for an unknown task
      const owner = await store().spawns.ownerOf(spawn_id);
      const own = owner !== null && (isSameWho(caller, owner) || includes(caller.scope, 'admin'));
      if (known === null || !own) throw noSuchSpawn(spawn_id);
      const { view, live } = await spawns.cancel(known, caller.name);
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

const noSuchSpawn = (id: SpawnView['spawn_id']): VX11Error =>
  new VX11Error('spawn_not_found', `${id} is not known here; GET /vx11/spawns lists all.`);

function refuse(fields: FieldProblem[]): void {
  if (fields.length === 0) return;
  const detail = fields.map(({ field, problem }) => `${field}: ${problem}`).join('; ');
  throw new VX11Error('invalid', detail.slice(0, 1000), { fields });
}

/** The problems of a body that its schema alone cannot find. */
function problemsOf(body: SpawnBody, allowed: string[]): FieldProblem[] {
  const fields: FieldProblem[] = [];
  const paths = (body.files ?? []).map(({ path }) => path);
  for (const { index, problem } of checkTaskFiles(paths, body.task_type)) {
    fields.push({ field: `files.${index}.path`, problem });
  }
  if (body.callback_url !== undefined && !mayCall(body.callback_url, allowed)) {
    const problem =
      'is not a public address; VX11_CALLBACK_ALLOW lists hosts that are taken anyway';
    fields.push({ field: 'callback_url', problem });
  }
  if (body.network === 'egress-allowlist' && (body.egress ?? []).length === 0) {
    fields.push({ field: 'egress', problem: 'name the hosts that the task may reach' });
  }
  if (body.egress !== undefined && body.network !== 'egress-allowlist') {
    fields.push({ field: 'egress', problem: 'is only allowed with network egress-allowlist' });
  }
  return fields;
}

/** Refuses an address that is plainly private; a host name is checked again when it is resolved. */
function mayCall(address: string, allowed: string[]): boolean {
  const host = new URL(address).hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (allowed.some((name) => name.toLowerCase() === host)) return true;
  if (host === 'localhost' || host.endsWith('.localhost')) return false;
  return /^[\d.]+$|:/.test(host) ? isPublicAddress(host) : true;
}
