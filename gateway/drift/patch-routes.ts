import { z } from 'zod';
import {
  applyPatchAnswer,
  createPatchAnswer,
  createPatchBody,
  type CreatePatchAnswer,
} from '../../contracts/drift-patch.ts';
import { patchId, patchListAnswer } from '../../contracts/patch.ts';
import { isoTime } from '../../platform/time.ts';
import { patchCursorPattern } from '../../store/repair/patches.ts';
import type { Routes } from '../context.ts';
import { callerOf } from '../http/authenticate.ts';
import { sentNothing } from '../http/idempotency.ts';
import {
  answers,
  cursorQuery,
  idempotencyHeaders,
  limitQuery,
  noBody,
  noQuery,
} from '../http/route-schema.ts';
import { awakeManifestator } from './asleep.ts';
import { appliedExample, createdExample } from './patch-examples.ts';

const listQuery = z.strictObject({
  limit: limitQuery(200, 50),
  cursor: cursorQuery(patchCursorPattern),
});

/** Patches of drift: made and proved while manifestator is awake, and applied by a plan that a person confirms. */
export const driftPatchRoutes: Routes = (context) => async (app) => {
  const { windows, store, madre, model, clock } = context;

  app.route({
    method: 'POST',
    url: '/manifestator/patch/create',
    config: { rule: { scope: 'operator', idempotent: true } },
    schema: {
      operationId: 'createPatch',
      tags: ['drift'],
      summary: 'Make a patch of what is not as declared, and prove it',
      description:
        'Changes nothing. While manifestator sleeps: 200 with error off_by_policy, and a hint. 404 for an unknown module.',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: createPatchBody.meta({
        examples: [
          { module_name: 'web', issue_description: 'edited by hand', severity: 'normal' as const },
        ],
      }),
      response: answers({ 200: createPatchAnswer.meta({ examples: [createdExample] }) }),
    },
    handler: async (request): Promise<CreatePatchAnswer> => {
      await windows.requireMadre();
      const awake = awakeManifestator(await model.snapshot(), clock());
      if ('hint' in awake) {
        sentNothing(request);
        return asleep(request.body.module_name, isoTime(clock()), awake.hint);
      }
      const { name, principal, scope } = callerOf(request);
      const caller = { actor: name, principal, scope, correlation_id: request.id };
      return madre.makePatch({ ...caller, ...request.body });
    },
  });

  app.route({
    method: 'POST',
    url: '/manifestator/patch/:patch_id/apply',
    config: { rule: { scope: 'operator', idempotent: true, bodyOptional: true } },
    schema: {
      operationId: 'applyPatch',
      tags: ['drift'],
      summary: 'Make the plan that applies a patch, or say how it stands',
      description:
        'waiting comes with the confirm_token of its plan, once. stack_read_only: apply diff by hand, with git apply.',
      headers: idempotencyHeaders,
      params: z.strictObject({ patch_id: patchId }),
      querystring: noQuery,
      body: noBody.meta({ examples: [{}] }),
      response: answers({ 200: applyPatchAnswer.meta({ examples: [appliedExample] }) }),
    },
    handler: async (request) => {
      await windows.requireMadre();
      const { name, principal, scope } = callerOf(request);
      const caller = { actor: name, principal, scope, correlation_id: request.id };
      return madre.applyPatch({ ...caller, patch_id: request.params.patch_id });
    },
  });

  for (const url of ['/manifestator/patches', '/patches'] as const)
    app.route({
      method: 'GET',
      url,
      config: { rule: { scope: 'viewer' } },
      schema: {
        operationId: url === '/patches' ? 'listAllPatches' : 'listDriftPatches',
        tags: ['drift'],
        summary: 'As GET /vx11/patches, under its older names',
        querystring: listQuery,
        response: answers({
          200: patchListAnswer.meta({ examples: [{ patches: [], next_cursor: null }] }),
        }),
      },
      handler: ({ query }) => store().patches.list(query),
    });
};

const asleep = (module: string, timestamp: string, hint: string): CreatePatchAnswer => ({
  status: 'ERROR',
  patch_id: null,
  module,
  timestamp,
  files_modified: [],
  lines_changed: 0,
  r1_reasoning: null,
  test_result: [],
  left: [],
  patch: null,
  error: 'off_by_policy',
  hint,
});
