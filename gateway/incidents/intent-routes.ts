import { VX11Error } from '../../contracts/errors.ts';
import { newId } from '../../contracts/ids.ts';
import {
  scannerIntentAnswer,
  scannerIntentBody,
  type Lane,
  type ScannerIntentState,
} from '../../contracts/rails.ts';
import { callerOf } from '../http/authenticate.ts';
import { steerAutonomy } from '../autonomy/control.ts';
import type { GatewayContext, Routes } from '../context.ts';
import { laneExample, railsEventExample, scannerIntentExample } from './examples.ts';
import { answers, idempotencyHeaders, noQuery } from '../http/route-schema.ts';

/** Records the intents of scanners, and routes them by their domain and type to a lane of the rails. */
export const scannerIntentRoutes: Routes = (context) => async (app) => {
  const { store, clock } = context;
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
    handler: async (request) => {
      const { type, source = 'hormiguero', payload } = request.body;
      const { domain, intent_type, urgency = 'medium' } = payload;
      const now = clock();
      const actor = callerOf(request).name;
      const correlation_id = request.body.correlation_id ?? request.id;
      const intent_id = newId('intent');
      const { intent, lane } = await store().rails.take(
        {
          intent_id,
          at: now,
          source,
          type,
          domain,
          intent_type,
          urgency,
          payload_json: JSON.stringify(payload),
          correlation_id,
          actor,
        },
        (found) => ({
          type: found === null ? 'rails.missed' : 'rails.routed',
          at: now,
          actor,
          correlation_id,
          payload: { intent_id, source, domain, intent_type, lane_id: found?.lane_id ?? null },
        }),
      );
      const state = intent.status as ScannerIntentState;
      const missing = state === 'waiting' ? await roundFor(context, intent.intent_id) : null;
      return {
        status: lane === null ? ('lane_missing' as const) : ('accepted' as const),
        state,
        waiting_because: missing,
        intent_id: intent.intent_id,
        task_id: intent.decision_id,
        intent_log_id: intent.intent_log_id,
        routing_decision: lane === null ? null : routing(lane),
        correlation_id: intent.correlation_id,
      };
    },
  });
};

/** Requests a round of madre, also while its loop is stopped. @returns what is unavailable, if no round runs at once */
async function roundFor(context: GatewayContext, intentId: string): Promise<string | null> {
  try {
    await steerAutonomy(context, 'round', `for ${intentId}`);
    return null;
  } catch (error) {
    context.logger.warn(
      { err: error, intent_id: intentId },
      'an intent is stored and waits for madre',
    );
    return error instanceof VX11Error ? error.code : 'temporal_unavailable';
  }
}

const routing = ({ lane_id, owner_module, escalation, map_version }: Lane) => ({
  lane_id,
  owner_module,
  escalation,
  map_version,
});
