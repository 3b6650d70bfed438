import { scannerIntentAnswer, scannerIntentBody } from '../../contracts/rails.ts';
import { callerOf } from '../http/authenticate.ts';
import type { Routes } from '../context.ts';
import { laneExample, railsEventExample, scannerIntentExample } from './examples.ts';
import { answers, idempotencyHeaders, noQuery } from '../http/route-schema.ts';
import { takeIntent } from './take-intent.ts';

/** Records the intents of scanners, and routes them by their domain and type to a lane of the rails. */
export const scannerIntentRoutes: Routes = (context) => async (app) => {
  app.route({
    method: 'POST',
    url: '/madre/intent',
    config: { rule: { scope: 'operator', idempotent: true } },
    schema: {
      operationId: 'submitScannerIntent',
      tags: ['rails'],
      summary: 'Report a finding of a scanner to madre',
      description:
        'The lane of (domain, intent_type) says who owns it and whether madre proposes a plan; a miss is logged as lane_missing. madre does so even while its loop is stopped. A finding that still waits and comes again under the same correlation id is one intent.',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: scannerIntentBody.meta({ examples: [scannerIntentExample] }),
      response: answers({
        200: scannerIntentAnswer.meta({
          examples: [
            {
              status: 'accepted',
              state: 'waiting',
              waiting_because: null,
              intent_id: railsEventExample.intent_id!,
              task_id: null,
              intent_log_id: 41,
              routing_decision: {
                lane_id: laneExample.lane_id,
                owner_module: laneExample.owner_module,
                escalation: laneExample.escalation,
                map_version: 1,
              },
              correlation_id: 'scan-17',
            },
          ],
        }),
      }),
    },
    handler: (request) => {
      const { type, source = 'hormiguero', payload } = request.body;
      return takeIntent(context, {
        type,
        source,
        actor: callerOf(request).name,
        correlation_id: request.body.correlation_id ?? request.id,
        payload,
      });
    },
  });
};
