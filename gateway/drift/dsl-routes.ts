import { z } from 'zod';
import { applyPatchAnswer, type ApplyPatchAnswer } from '../../contracts/drift-patch.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { dslPlanAnswer, dslPlanBody } from '../../contracts/manifestator.ts';
import { patchId, patchListAnswer, patchView, type PatchView } from '../../contracts/patch.ts';
import type { Routes } from '../context.ts';
import { callerOf } from '../http/authenticate.ts';
import { sentNothing } from '../http/idempotency.ts';
import { answers, idempotencyHeaders, noBody, noQuery } from '../http/route-schema.ts';
import { awakeManifestator } from './asleep.ts';
import { appliedExample, dslExample, plannedExample } from './patch-examples.ts';

/** What `POST /patches/make` calls the module of such a patch. */
const dslModule = 'dsl';
const params = z.strictObject({ dsl_id: patchId });
const forced = z.strictObject({
  force: z
    .enum(['true', 'false'])
    .optional()
    .meta({ description: 'It never skips the confirmation' }),
});
const tags: ['drift'] = ['drift'];

/**
 * The older language for changes. A plan of it is a patch: it is simulated when it is made, applied by a plan that a person
 * confirms, and taken back like any other patch.
 */
export const dslRoutes: Routes = (context) => async (app) => {
  const { windows, store, madre, model, clock } = context;
  const find = async (id: string): Promise<PatchView> => {
    const patch = await store().patches.find(id);
    if (patch?.change?.module === dslModule) return patch;
    throw new VX11Error(
      'patch_not_found',
      `${id} is not known here; see GET /manifestator/dsl/plans.`,
    );
  };
  const shown = (patch: PatchView) => ({
    dsl_id: patch.patch_id,
    status: 'planned' as const,
    test_result: patch.change!.tests,
    diff: patch.diff,
    error: null,
    hint: null,
  });

  app.route({
    method: 'POST',
    url: '/manifestator/dsl/plan',
    config: { rule: { scope: 'operator', idempotent: true } },
    schema: {
      operationId: 'planDsl',
      tags,
      summary: 'Plan and simulate settings of services in the compose files',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: dslPlanBody.meta({
        examples: [
          { blocks: [{ target: 'web', operation: 'set', key: 'environment.MODE', value: 'calm' }] },
        ],
      }),
      response: answers({ 200: dslPlanAnswer.meta({ examples: [plannedExample] }) }),
    },
    handler: async (request) => {
      await windows.requireMadre();
      const awake = awakeManifestator(await model.snapshot(), clock());
      if ('hint' in awake) {
        sentNothing(request);
        return {
          ...plannedExample,
          dsl_id: null,
          status: 'ERROR' as const,
          error: 'off_by_policy',
          hint: awake.hint,
        };
      }
      const { blocks } = request.body;
      const made = await madre.makePatch({
        ...callerIn(request),
        module_name: dslModule,
        issue_description: blocks
          .map(({ target, key }) => `${target}.${key}`)
          .join(', ')
          .slice(0, 500),
        severity: 'normal',
        direction: 'adopt',
        blocks,
      });
      if (made.patch !== null) return shown(made.patch);
      return {
        dsl_id: null,
        status: 'refused' as const,
        test_result: made.test_result,
        diff: '',
        error: made.status === 'refused' ? 'simulation_failed' : 'no_patch',
        hint: made.hint,
      };
    },
  });

  app.route({
    method: 'POST',
    url: '/manifestator/dsl/simulate/:dsl_id',
    config: { rule: { scope: 'viewer', bodyOptional: true } },
    schema: {
      operationId: 'simulateDsl',
      tags,
      summary: 'What its simulation showed',
      params,
      querystring: noQuery,
      body: noBody.meta({ examples: [{}] }),
      response: answers({ 200: dslPlanAnswer.meta({ examples: [plannedExample] }) }),
    },
    handler: async (request) => shown(await find(request.params.dsl_id)),
  });

  app.route({
    method: 'POST',
    url: '/manifestator/dsl/apply/:dsl_id',
    config: { rule: { scope: 'operator', idempotent: true, bodyOptional: true } },
    schema: {
      operationId: 'applyDsl',
      tags,
      summary: 'Make the plan that applies it',
      headers: idempotencyHeaders,
      params,
      querystring: forced,
      body: noBody.meta({ examples: [{}] }),
      response: answers({ 200: applyPatchAnswer.meta({ examples: [appliedExample] }) }),
    },
    handler: async (request) => {
      await windows.requireMadre();
      const { patch_id } = await find(request.params.dsl_id);
      return madre.applyPatch({ ...callerIn(request), patch_id });
    },
  });

  app.route({
    method: 'POST',
    url: '/manifestator/dsl/rollback/:dsl_id',
    config: { rule: { scope: 'operator', idempotent: true, bodyOptional: true } },
    schema: {
      operationId: 'rollBackDsl',
      tags,
      summary: 'Make the plan that takes it back',
      headers: idempotencyHeaders,
      params,
      querystring: noQuery,
      body: noBody.meta({ examples: [{}] }),
      response: answers({ 200: applyPatchAnswer.meta({ examples: [appliedExample] }) }),
    },
    handler: async (request): Promise<ApplyPatchAnswer> => {
      await windows.requireMadre();
      const { patch_id, diff } = await find(request.params.dsl_id);
      const { plan, confirm_token } = await madre.revert({ ...callerIn(request), patch_id });
      const { plan_id, status: plan_status } = plan;
      return {
        status: 'waiting',
        patch_id,
        plan_id,
        plan_status,
        confirm_token,
        detail: null,
        diff,
      };
    },
  });

  app.route({
    method: 'GET',
    url: '/manifestator/dsl/audit/:dsl_id',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'auditDsl',
      tags,
      summary: 'One of them, with what became of it',
      params,
      querystring: noQuery,
      response: answers({ 200: patchView.meta({ examples: [dslExample] }) }),
    },
    handler: ({ params: { dsl_id } }) => find(dsl_id),
  });

  app.route({
    method: 'GET',
    url: '/manifestator/dsl/plans',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'listDsl',
      tags,
      summary: 'The newest of them',
      querystring: noQuery,
      response: answers({
        200: patchListAnswer.meta({ examples: [{ patches: [], next_cursor: null }] }),
      }),
    },
    handler: async () => {
      const { patches } = await store().patches.list({ limit: 200 });
      const own = patches.filter(({ change }) => change?.module === dslModule);
      return { patches: own, next_cursor: null };
    },
  });
};

const callerIn = (request: Parameters<typeof callerOf>[0] & { id: string }) => {
  const { name, principal, scope } = callerOf(request);
  return { actor: name, principal, scope, correlation_id: request.id };
};
