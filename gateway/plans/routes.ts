import { z } from 'zod';
import {
  cancelPlanAnswer,
  confirmPlanAnswer,
  confirmPlanBody,
  planId,
  planListAnswer,
  planSource,
  planStatus,
  planTokenAnswer,
  planTokenBody,
  planView,
  rejectPlanAnswer,
  rejectPlanBody,
  riskLevel,
} from '../../contracts/plan.ts';
import { planCursorPattern } from '../../store/plans/plans.ts';
import type { Routes } from '../context.ts';
import { exampleHash, examplePlanId, exampleToken, planExample } from './examples.ts';
import { createPlanControl } from './control.ts';
import { answers, cursorQuery, limitQuery, noBody, noQuery } from '../http/route-schema.ts';
import { actorOf } from '../http/authenticate.ts';

const listQuery = z.strictObject({
  status: planStatus.optional().meta({ description: 'WAITING: plans that need a person' }),
  actor: z.string().max(64).optional().meta({ description: 'Who asked, by name' }),
  risk: riskLevel.optional(),
  source: planSource.optional().meta({ description: 'mcp: what agents asked for' }),
  limit: limitQuery(200, 50),
  cursor: cursorQuery(planCursorPattern),
});

const params = z.strictObject({ plan_id: planId });
const read = { scope: 'viewer' } as const;
const change = { scope: 'operator' } as const;

/** Shows plans, and confirms, rejects and cancels them. */
export const madrePlanRoutes: Routes = (context) => async (app) => {
  const plans = createPlanControl(context);

  app.route({
    method: 'GET',
    url: '/madre/plans',
    config: { rule: read },
    schema: {
      operationId: 'listPlans',
      tags: ['plans'],
      summary: 'All plans, newest first',
      querystring: listQuery,
      response: answers({
        200: planListAnswer.meta({ examples: [{ plans: [planExample], next_cursor: null }] }),
      }),
    },
    handler: async ({ query }) => context.store().plans.list(query),
  });

  app.route({
    method: 'GET',
    url: '/madre/plans/:plan_id',
    config: { rule: read },
    schema: {
      operationId: 'getPlan',
      tags: ['plans'],
      summary: 'One plan: its steps with status, result, error and times',
      params,
      querystring: noQuery,
      response: answers({ 200: planView.meta({ examples: [planExample] }) }),
    },
    handler: (request) => plans.find(request.params.plan_id),
  });

  app.route({
    method: 'POST',
    url: '/madre/plans/:plan_id/confirm',
    config: { rule: change },
    schema: {
      operationId: 'confirmPlan',
      tags: ['plans'],
      summary: 'Confirm a plan, once, with the token that its answer showed',
      description:
        'status waiting: others have to confirm too. A wrong or foreign token is 403, a used or expired one 409, a plan ' +
        'that needs none 400.',
      params,
      querystring: noQuery,
      body: confirmPlanBody.meta({ examples: [{ confirm_token: exampleToken }] }),
      response: answers({
        200: confirmPlanAnswer.meta({
          examples: [{ status: 'confirmed', plan_id: examplePlanId, approvals: 1, quorum: 1 }],
        }),
      }),
    },
    handler: async (request) => {
      const { plan_id } = request.params;
      const { confirm_token } = request.body;
      const plan = await plans.confirm(plan_id, confirm_token, actorOf(request));
      return {
        status: plan.status === 'WAITING' ? ('waiting' as const) : ('confirmed' as const),
        plan_id,
        approvals: plan.confirmation?.approvals.length ?? 0,
        quorum: plan.confirmation?.quorum ?? 1,
      };
    },
  });

  app.route({
    method: 'POST',
    url: '/madre/plans/:plan_id/token',
    config: { rule: change },
    schema: {
      operationId: 'renewPlanToken',
      tags: ['plans'],
      summary: 'A new confirm token for a plan as you saw it; voids the previous one',
      description:
        'For people who have to confirm and did not ask: a second person, or anyone if autonomy or a scanner asked. ' +
        'Takes the plan_hash that GET shows, so that nobody confirms another plan than the one shown.',
      params,
      querystring: noQuery,
      body: planTokenBody.meta({ examples: [{ plan_hash: exampleHash }] }),
      response: answers({
        200: planTokenAnswer.meta({
          examples: [
            {
              plan_id: examplePlanId,
              confirm_token: exampleToken,
              expires_at: planExample.confirmation!.expires_at,
            },
          ],
        }),
      }),
    },
    handler: async (request) => {
      const { plan_id } = request.params;
      const { plan_hash } = request.body;
      const { plan, token } = await plans.renewToken(plan_id, plan_hash, actorOf(request));
      return { plan_id, confirm_token: token, expires_at: plan.confirmation!.expires_at };
    },
  });

  app.route({
    method: 'POST',
    url: '/madre/plans/:plan_id/reject',
    config: { rule: { ...change, bodyOptional: true } },
    schema: {
      operationId: 'rejectPlan',
      tags: ['plans'],
      summary: 'Reject a plan that waits',
      params,
      querystring: noQuery,
      body: rejectPlanBody.meta({ examples: [{ reason: 'not today' }] }),
      response: answers({
        200: rejectPlanAnswer.meta({ examples: [{ status: 'rejected', plan_id: examplePlanId }] }),
      }),
    },
    handler: async (request) => {
      const { plan_id } = request.params;
      await plans.reject(plan_id, request.body.reason ?? null, actorOf(request));
      return { status: 'rejected' as const, plan_id };
    },
  });

  app.route({
    method: 'POST',
    url: '/madre/plans/:plan_id/cancel',
    config: { rule: { ...change, bodyOptional: true } },
    schema: {
      operationId: 'cancelPlan',
      tags: ['plans'],
      summary: 'End a plan that waits or runs, and undo its steps; again changes nothing',
      params,
      querystring: noQuery,
      body: noBody.meta({ examples: [{}] }),
      response: answers({
        200: cancelPlanAnswer.meta({ examples: [{ status: 'cancelled', plan_id: examplePlanId }] }),
      }),
    },
    handler: async (request) => {
      const { plan_id } = request.params;
      await plans.cancel(plan_id, actorOf(request));
      return { status: 'cancelled' as const, plan_id };
    },
  });
};
