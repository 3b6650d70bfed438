import type { FastifyRequest } from 'fastify';
import { VX11Error } from '../../contracts/errors.ts';
import {
  actionsApplyAnswer,
  actionsApplyBody,
  actionsPreviewAnswer,
  actionsPreviewBody,
  type AskedAction,
  type PreviewedAction,
} from '../../contracts/incidents.ts';
import type { PlanView } from '../../contracts/plan.ts';
import { previewOf, type ActionTarget } from '../../domain/incidents/actions.ts';
import { sha256 } from '../../platform/hash.ts';
import type { Routes } from '../context.ts';
import { callerOf } from '../http/authenticate.ts';
import { answers, idempotencyHeaders, noQuery } from '../http/route-schema.ts';
import { planExample } from '../plans/examples.ts';
import { findServices, isAwake } from '../reads/snapshot.ts';

const tool = 'hormiguero_actions';
const askedExample = [{ action: 'restart', target: 'web' }];

/** Turns suggestions into plans: hormiguero detects, and only madre acts. */
export const actionRoutes: Routes = (context) => async (app) => {
  const { model, madre, store, config, clock } = context;

  const preview = async (asked: readonly AskedAction[]): Promise<PreviewedAction[]> => {
    const snapshot = await model.snapshot();
    return previewOf(asked, (name): ActionTarget | null => {
      const [found] = findServices(snapshot, name);
      if (found === undefined) return null;
      const isAsleep = !isAwake(snapshot, name, clock());
      return { isCore: found.service.tier !== 'window', isAsleep };
    });
  };

  /** A plan of everything that is allowed; it always waits for a person. */
  const propose = async (
    request: FastifyRequest,
    allowed: readonly PreviewedAction[],
    { reason, dry_run }: { reason: string; dry_run: boolean },
  ): Promise<PlanView> => {
    const { name, principal } = callerOf(request);
    const targets = allowed.map(({ target }) => target);
    const action = allowed[0]!.action as 'restart' | 'stop';
    const { plan } = await madre.propose({
      actor: name,
      principal,
      scope: 'agent', // so that it waits, no matter who asks
      correlation_id: request.id,
      action,
      targets,
      host: null,
      ttl_seconds: null,
      steps: null,
      reason,
      dry_run,
      via: { tool, client: null, arguments_sha256: sha256(JSON.stringify(allowed)) },
    });
    return plan;
  };

  app.route({
    method: 'POST',
    url: '/hormiguero/actions/preview',
    config: { rule: { scope: 'operator' } },
    schema: {
      operationId: 'previewActions',
      tags: ['incidents'],
      summary: 'Which actions would be allowed, and the plan that they would become',
      querystring: noQuery,
      body: actionsPreviewBody.meta({ examples: [{ actions: askedExample }] }),
      response: answers({
        200: actionsPreviewAnswer.meta({
          examples: [
            { preview: [{ ...askedExample[0]!, allowed: true, reason: null }], plan: planExample },
          ],
        }),
      }),
    },
    handler: async (request) => {
      const previewed = await preview(request.body.actions);
      const allowed = previewed.filter((one) => one.allowed);
      if (allowed.length === 0) return { preview: previewed, plan: null };
      const reason = 'a preview of actions';
      return {
        preview: previewed,
        plan: await propose(request, allowed, { reason, dry_run: true }),
      };
    },
  });

  app.route({
    method: 'POST',
    url: '/hormiguero/actions/apply',
    config: { rule: { scope: 'operator', idempotent: true } },
    schema: {
      operationId: 'applyActions',
      tags: ['incidents'],
      summary: 'Propose a plan of these actions; it waits for a person',
      description:
        '403 actions_disabled while HORMIGUERO_ACTIONS_ENABLED is 0. All have to be allowed.',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: actionsApplyBody.meta({ examples: [{ actions: askedExample }] }),
      response: answers({
        202: actionsApplyAnswer.meta({
          examples: [{ status: 'waiting', plan: planExample, correlation_id: 'desk-4' }],
        }),
      }),
    },
    handler: async (request, reply) => {
      if (!config.hormigueroActions) {
        throw new VX11Error('actions_disabled', 'HORMIGUERO_ACTIONS_ENABLED is 0.');
      }
      const { actions, incident_id } = request.body;
      const found = incident_id === undefined ? null : await store().incidents.find(incident_id);
      if (incident_id !== undefined && found === null) {
        throw new VX11Error('incident_not_found', `${incident_id} is not known here.`);
      }
      const previewed = await preview(actions);
      const refused = previewed.find((one) => !one.allowed);
      if (refused !== undefined) {
        const { action, target, reason } = refused;
        throw new VX11Error('action_not_allowed', `${action} of ${target}: ${reason}.`);
      }
      const reason = found?.title ?? 'actions of hormiguero';
      const plan = await propose(request, previewed, { reason, dry_run: false });
      if (plan.status === 'ERROR')
        throw new VX11Error('action_not_allowed', plan.error?.detail ?? 'It cannot be planned.');
      if (found !== null)
        await store().incidents.change(found.incident_id, (incident) => ({
          incident: { ...incident, plan_id: plan.plan_id },
          events: [],
        }));
      const correlation_id = request.id;
      return reply.code(202).send({ status: 'waiting' as const, plan, correlation_id });
    },
  });
};
