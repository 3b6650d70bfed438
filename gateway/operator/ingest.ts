import { ingestAnswer, ingestBody, ingestTypes } from '../../contracts/ingest.ts';
import { operatorTaskBody } from '../../contracts/operator-api.ts';
import { intentAnswer } from '../../contracts/intent.ts';
import type { Routes } from '../context.ts';
import { callerOf } from '../http/authenticate.ts';
import { answers, idempotencyHeaders, noQuery } from '../http/route-schema.ts';
import { statusExample } from '../openapi/examples.ts';
import { intentExample } from '../plans/examples.ts';
import { createSubmitIntent } from '../plans/submit-intent.ts';

/** Takes events of other programs into the log, and tasks in the form of the older API. */
export const ingestRoutes: Routes = (context) => async (app) => {
  const submit = createSubmitIntent(context);

  app.route({
    method: 'POST',
    url: '/events/ingest',
    config: { rule: { scope: 'operator' } },
    schema: {
      operationId: 'ingestEvent',
      tags: ['events'],
      summary: 'Add an event of another program to the log',
      description:
        'The payload has to have the fields of its type: alert_id, severity, message of system.alert; correlation_id, ' +
        'related_events, strength of system.correlation.updated; snapshot_id, reason of forensic.snapshot.created; decision_id, ' +
        'summary, confidence of madre.decision.explained; value, components of switch.tension.updated; action, reason, next_step ' +
        'of shub.action.narrated; and timestamp. rejected adds nothing. The event has source and data in its payload.',
      querystring: noQuery,
      body: ingestBody.meta({
        examples: [
          {
            source: 'backup',
            type: 'system.alert',
            payload: {
              alert_id: 'a-1',
              severity: 'warn',
              message: 'the disk is 90 % full',
              timestamp: statusExample.timestamp,
            },
          },
        ],
      }),
      response: answers({
        200: ingestAnswer.meta({
          examples: [{ status: 'received', source: 'backup', type: 'system.alert' }],
        }),
      }),
    },
    handler: async (request) => {
      const { source, type, payload, metadata } = request.body;
      const { name: actor, principal } = callerOf(request);
      const { payload: schema, maxBytes } = ingestTypes[type];
      const rejected = { status: 'rejected' as const, source, type };
      if (Buffer.byteLength(JSON.stringify(payload)) > maxBytes) {
        const problems = [`the payload of ${type} has at most ${maxBytes} bytes`];
        return { ...rejected, reason: 'too_large' as const, problems };
      }
      const { error } = schema.safeParse(payload);
      if (error !== undefined) {
        const problems = error.issues.map(
          (issue) => `payload.${issue.path.join('.')}: ${issue.message}`,
        );
        return { ...rejected, reason: 'schema_validation_failed' as const, problems };
      }
      await context.store().events.append([
        {
          type,
          at: context.clock(),
          actor,
          actor_id: principal,
          correlation_id: request.id,
          // nested, so that nothing in it is taken for a field of VX11's own events
          payload: { source, data: payload, ...(metadata !== undefined && { metadata }) },
        },
      ]);
      return { status: 'received' as const, source, type };
    },
  });

  app.route({
    method: 'POST',
    url: '/operator/task',
    config: { rule: { scope: 'operator', idempotent: true } },
    schema: {
      operationId: 'operatorTask',
      tags: ['operator'],
      summary: 'A text for madre, or code for a task; see POST /vx11/intent',
      headers: idempotencyHeaders,
      querystring: noQuery,
      body: operatorTaskBody.meta({
        examples: [{ task_type: 'python', payload: { code: 'print(1)' } }],
      }),
      response: answers({ 200: intentAnswer.meta({ examples: [intentExample] }) }),
    },
    handler: (request) => {
      const { task_type, payload, metadata } = request.body;
      const about = metadata === undefined ? {} : { metadata };
      return task_type === 'chat'
        ? submit(request, { text: payload.text!, ...about })
        : submit(request, { payload: { code: payload.code!, task_type }, ...about });
    },
  });
};
