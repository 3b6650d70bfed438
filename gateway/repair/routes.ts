import { z } from 'zod';
import { madreRevertReply } from '../../contracts/chat.ts';
import { patchListAnswer, patchView, patchId } from '../../contracts/patch.ts';
import { isSameWho } from '../../contracts/principal.ts';
import {
  repairAnswer,
  repairListAnswer,
  repairStatus,
  repairView,
  startRepairBody,
} from '../../contracts/repair.ts';
import { repairId } from '../../contracts/text.ts';
import { patchCursorPattern } from '../../store/repair/patches.ts';
import { repairCursorPattern } from '../../store/repair/repairs.ts';
import type { Routes } from '../context.ts';
import { actorOf, callerOf } from '../http/authenticate.ts';
import { repeatKeyOf } from '../http/idempotency.ts';
import { includes } from '../http/route-policy.ts';
import {
  answers,
  cursorQuery,
  idempotencyHeaders,
  limitQuery,
  noBody,
  noQuery,
} from '../http/route-schema.ts';
import { noSuchRepair } from './control.ts';
import { exampleToken, planExample } from '../plans/examples.ts';
import { candidateExample, patchExample, repairExample } from './examples.ts';

const listQuery = z.strictObject({
  status: repairStatus.optional(),
  limit: limitQuery(200, 50),
  cursor: cursorQuery(repairCursorPattern),
});
const patchQuery = z.strictObject({
  limit: limitQuery(200, 50),
  cursor: cursorQuery(patchCursorPattern),
});
const repairParams = z.strictObject({ repair_id: repairId });

/** Repairs what red checks show, as a plan that a person agrees to. */
export const repairRoutes: Routes = (context) => async (app) => {
  const { repairs, windows, store, madre } = context;

  app.route({
    method: 'POST',
    url: '/vx11/repairs',
    config: { rule: { scope: 'operator', idempotent: true } },
    schema: {
      operationId: 'startRepair',
      tags: ['repairs'],
      summary: 'Find, prove and propose a patch for a red run',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: startRepairBody.meta({ examples: [{ service: 'web' }] }),
      response: answers({
        202: repairView.meta({ examples: [{ ...repairExample, status: 'queued' as const }] }),
      }),
    },
    handler: async (request, reply) => {
      await windows.requireMadre();
      const repair = await repairs.start(request.body, actorOf(request), repeatKeyOf(request));
      return reply.code(202).send(repair);
    },
  });

  app.route({
    method: 'GET',
    url: '/vx11/repairs',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listRepairs',
      tags: ['repairs'],
      summary: 'Repairs, newest first',
      querystring: listQuery,
      response: answers({
        200: repairListAnswer.meta({ examples: [{ repairs: [repairExample], next_cursor: null }] }),
      }),
    },
    handler: ({ query }) => store().repairs.list(query),
  });

  app.route({
    method: 'GET',
    url: '/vx11/repairs/:repair_id',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getRepair',
      tags: ['repairs'],
      summary: 'One repair, with everything that it tried',
      params: repairParams,
      querystring: noQuery,
      response: answers({
        200: repairAnswer.meta({
          examples: [{ repair: repairExample, candidates: [candidateExample] }],
        }),
      }),
    },
    handler: async ({ params }) => {
      const repair = await repairs.find(params.repair_id);
      return { repair, candidates: await store().repairs.candidates(repair.repair_id) };
    },
  });

  app.route({
    method: 'DELETE',
    url: '/vx11/repairs/:repair_id',
    config: { rule: { scope: 'operator' } },
    schema: {
      operationId: 'cancelRepair',
      tags: ['repairs'],
      summary: 'End a repair of yours; what it applied is taken back',
      params: repairParams,
      querystring: noQuery,
      response: answers({ 202: repairView.meta({ examples: [repairExample] }) }),
    },
    handler: async (request, reply) => {
      const repair = await repairs.find(request.params.repair_id);
      const caller = callerOf(request);
      const owner = await store().repairs.ownerOf(repair.repair_id);
      const own = owner !== null && (isSameWho(caller, owner) || includes(caller.scope, 'admin'));
      // a caller without the right gets the same answer as for an unknown repair
      if (!own) throw noSuchRepair(repair.repair_id);
      await repairs.cancel(repair, actorOf(request));
      return reply.code(202).send(repair);
    },
  });

  app.route({
    method: 'GET',
    url: '/vx11/patches',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listPatches',
      tags: ['repairs'],
      summary: 'Changes of files of the stack, newest first',
      querystring: patchQuery,
      response: answers({
        200: patchListAnswer.meta({ examples: [{ patches: [patchExample], next_cursor: null }] }),
      }),
    },
    handler: ({ query }) => store().patches.list(query),
  });

  app.route({
    method: 'GET',
    url: '/vx11/patches/:patch_id',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getPatch',
      tags: ['repairs'],
      summary: 'One change of files, as a unified diff',
      params: z.strictObject({ patch_id: patchId }),
      querystring: noQuery,
      response: answers({ 200: patchView.meta({ examples: [patchExample] }) }),
    },
    handler: ({ params }) => repairs.findPatch(params.patch_id),
  });

  app.route({
    method: 'POST',
    url: '/vx11/patches/:patch_id/revert',
    config: { rule: { scope: 'operator', idempotent: true, bodyOptional: true } },
    schema: {
      operationId: 'revertPatch',
      tags: ['repairs'],
      summary: 'Make the plan that takes a patch back',
      params: z.strictObject({ patch_id: patchId }),
      querystring: noQuery,
      body: noBody.meta({ examples: [{}] }),
      response: answers({
        200: madreRevertReply.meta({
          examples: [{ plan: planExample, confirm_token: exampleToken }],
        }),
      }),
    },
    handler: async (request) => {
      await windows.requireMadre();
      const { patch_id } = await repairs.findPatch(request.params.patch_id);
      const { name, principal, scope } = callerOf(request);
      const correlation_id = request.id;
      return madre.revert({ actor: name, principal, scope, correlation_id, patch_id });
    },
  });
};
