import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import { newId } from '../../contracts/ids.ts';
import {
  builderSpecAnswer,
  builderSpecBody,
  emitIntentAnswer,
  emitIntentBody,
  patchPlanAnswer,
  patchPlanBody,
  railsMapAnswer,
  railsRefreshAnswer,
  validateDriftAnswer,
  validateDriftBody,
} from '../../contracts/manifestator.ts';
import { routedEvent } from '../../domain/autonomy/routed-event.ts';
import { builderSpec, patchPlan, validateDrift } from '../../domain/drift/patch-plan.ts';
import { sha256 } from '../../platform/hash.ts';
import { isoTime } from '../../platform/time.ts';
import type { GatewayContext, Routes } from '../context.ts';
import { callerOf } from '../http/authenticate.ts';
import { answers, idempotencyHeaders, noBody, noQuery } from '../http/route-schema.ts';
import { builderExample, mapExample, patchPlanExample, validateExample } from './older-examples.ts';

const evidence = { missing: ['web'], extra: [] };
const anyOf = { scope: 'viewer' } as const;
const mapQuery = z.strictObject({
  version: z
    .string()
    .regex(/^\d{1,9}$/, 'must be a number')
    .transform(Number)
    .optional(),
});

/** The older routes of manifestator that plan and change nothing. They need no window. */
export const olderDriftRoutes: Routes = (context) => async (app) => {
  app.route({
    method: 'POST',
    url: '/manifestator/validate',
    config: { rule: anyOf },
    schema: {
      operationId: 'validateDrift',
      tags: ['drift'],
      summary: 'Check names that are missing or extra',
      querystring: noQuery,
      body: validateDriftBody.meta({ examples: [{ drift_evidence: evidence }] }),
      response: answers({ 200: validateDriftAnswer.meta({ examples: [validateExample] }) }),
    },
    handler: async ({ body }) => validateDrift(body, sha256),
  });

  app.route({
    method: 'POST',
    url: '/manifestator/patchplan',
    config: { rule: anyOf },
    schema: {
      operationId: 'planPatch',
      tags: ['drift'],
      summary: 'What would be done about them; nothing is',
      description: '429 while the CPU of the host is under pressure.',
      querystring: noQuery,
      body: patchPlanBody.meta({ examples: [{ drift_evidence: evidence }] }),
      response: answers({ 200: patchPlanAnswer.meta({ examples: [patchPlanExample] }) }),
    },
    handler: async ({ body }) => {
      await refuseUnderPressure(context);
      return patchPlan(body, sha256);
    },
  });

  app.route({
    method: 'POST',
    url: '/manifestator/builder/spec',
    config: { rule: anyOf },
    schema: {
      operationId: 'specifyBuild',
      tags: ['drift'],
      summary: 'The steps of such a plan, of which none can be run',
      description: '429 while the CPU of the host is under pressure.',
      querystring: noQuery,
      body: builderSpecBody.meta({
        examples: [{ module: 'web', patchplan: { actions: patchPlanExample.actions } }],
      }),
      response: answers({ 200: builderSpecAnswer.meta({ examples: [builderExample] }) }),
    },
    handler: async ({ body }) => {
      await refuseUnderPressure(context);
      return builderSpec(body, sha256);
    },
  });

  app.route({
    method: 'GET',
    url: '/manifestator/rails/map',
    config: { rule: anyOf },
    schema: {
      operationId: 'getRailsMap',
      tags: ['drift'],
      summary: 'The lanes of scanners and the services; 404 without any, or in another version',
      querystring: mapQuery,
      response: answers({ 200: railsMapAnswer.meta({ examples: [mapExample] }) }),
    },
    handler: async ({ query: { version } }) => {
      const map = await mapOf(context);
      if (map.lanes.length === 0)
        throw new VX11Error(
          'not_found',
          'There are no lanes yet; PUT /madre/rails/lanes adds one.',
        );
      if (version === undefined || version === map.version) return map;
      throw new VX11Error('not_found', `Only version ${map.version} is kept.`);
    },
  });

  app.route({
    method: 'POST',
    url: '/manifestator/rails/refresh',
    config: { rule: { scope: 'admin', bodyOptional: true } },
    schema: {
      operationId: 'refreshRailsMap',
      tags: ['drift'],
      summary: 'Read the map again; it is read at each call, so that nothing changes',
      querystring: noQuery,
      body: noBody.meta({ examples: [{}] }),
      response: answers({
        200: railsRefreshAnswer.meta({
          examples: [
            {
              old_version: 3,
              new_version: 3,
              old_hash: mapExample.hash,
              new_hash: mapExample.hash,
              changes: 0,
              duration_ms: 1,
            },
          ],
        }),
      }),
    },
    handler: async () => {
      const began = performance.now();
      const { version, hash } = await mapOf(context);
      return {
        old_version: version,
        new_version: version,
        old_hash: hash,
        new_hash: hash,
        changes: 0,
        duration_ms: Math.round(performance.now() - began),
      };
    },
  });

  if (context.config.emitIntent)
    app.route({
      method: 'POST',
      url: '/manifestator/builder/emit-intent',
      config: { rule: { scope: 'operator', idempotent: true } },
      schema: {
        operationId: 'emitBuildIntent',
        tags: ['drift'],
        summary: 'Record that something should be built; nothing is',
        headers: idempotencyHeaders,
        querystring: noQuery,
        body: emitIntentBody.meta({ examples: [intentExample] }),
        response: answers({
          200: emitIntentAnswer.meta({
            examples: [
              {
                intent_id: 'intent-0f3a9b1c2d4e5f60',
                status: 'pending' as const,
                assigned_to: 'madre' as const,
                estimated_time_sec: 0,
                recorded_at: '2026-11-30T12:00:00.000Z',
              },
            ],
          }),
        }),
      },
      handler: async (request) =>
        recordIntent(context, request.body, callerOf(request).name, request.id),
    });
};

const intentExample = {
  intent_type: 'build',
  target_service: 'web',
  dockerfile_path: 'web/Dockerfile',
  build_context: 'web',
  reason: 'its base image is old',
};

async function mapOf({ store, model }: GatewayContext): Promise<z.infer<typeof railsMapAnswer>> {
  const lanes = await store().rails.lanes();
  const { catalogs } = await model.snapshot();
  const services = catalogs.flatMap((catalog) => catalog.services);
  const map = {
    lanes: lanes.map(({ lane_id }) => lane_id).toSorted(),
    services: [...new Set(services.map(({ name }) => name))].toSorted(),
  };
  const version = Math.max(0, ...lanes.map(({ map_version }) => map_version));
  return { version, hash: sha256(JSON.stringify(map)).slice(0, 16), ...map };
}

/** @throws `too_many_requests` while an ant sees that the CPU of a host is under pressure */
async function refuseUnderPressure({ store }: GatewayContext): Promise<void> {
  const { incidents } = await store().incidents.list({ status: 'open', limit: 200 });
  if (!incidents.some(({ kind }) => kind === 'cpu')) return;
  throw new VX11Error('too_many_requests', 'The CPU of the host is under pressure. Try later.', {
    retryAfterSeconds: 60,
  });
}

async function recordIntent(
  { store, clock }: GatewayContext,
  body: z.infer<typeof emitIntentBody>,
  actor: string,
  correlation_id: string,
): Promise<z.infer<typeof emitIntentAnswer>> {
  const at = clock();
  const intent_id = newId('intent');
  const { intent_type } = body;
  const names = { source: 'manifestator', domain: 'build', intent_type };
  const about = { ...names, intent_id, at, correlation_id, actor };
  const payload_json = JSON.stringify({ ...names, details: body });
  const { intent } = await store().rails.take(
    { ...about, type: 'builder', urgency: 'low', payload_json },
    routedEvent(about),
  );
  return {
    intent_id: intent.intent_id,
    status: 'pending',
    assigned_to: 'madre',
    estimated_time_sec: 0,
    recorded_at: isoTime(at),
  };
}
