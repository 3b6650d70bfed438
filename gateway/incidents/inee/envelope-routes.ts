import { VX11Error } from '../../../contracts/errors.ts';
import { envelopeAnswer, envelopeBody } from '../../../contracts/inee.ts';
import { longestEnvelope } from '../../../domain/incidents/inee/envelope.ts';
import { answers, noQuery } from '../../http/route-schema.ts';
import { parseStrictJson } from '../../http/strict-json.ts';
import { takeColonyIntent, takeHeartbeat, unknownColony, colonyView } from './colonies.ts';
import type { IneeContext, IneeRoutes } from './context.ts';
import { colonyExample, colonyIntentExample, payloadExample } from './examples.ts';
import { envelopeHeaders, openEnvelope } from './open-envelope.ts';

const intent = { intent_type: 'apply' as const, payload: payloadExample, correlation_id: 'leaf-7' };

/** Takes signed envelopes: what a colony sends without a token of this installation. */
export const envelopeRoutes: IneeRoutes = (context) => async (app) => {
  // the signature is over the bytes, so they are parsed after it is verified
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => {
    if (body.length <= longestEnvelope) return body;
    throw new VX11Error('too_large', `An envelope may have ${longestEnvelope} bytes.`);
  });

  app.route({
    method: 'POST',
    url: '/hormiguero/inee/envelopes',
    config: { rule: { scope: 'operator', withoutToken: true } },
    preValidation: async (request) => {
      if (!context.inee.remotePlane) {
        throw new VX11Error('envelopes_off', 'VX11_INEE_REMOTE_PLANE_ENABLED is 0.');
      }
      const { id, ip, headers } = request;
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      await openEnvelope(context, { id, ip, headers, body });
      request.body = parseStrictJson(body) as typeof request.body;
    },
    schema: {
      operationId: 'sendEnvelope',
      tags: ['incidents'],
      summary: 'A heartbeat or an intent of a colony, signed with its key',
      description:
        'At most 65536 bytes. 503 envelopes_off without VX11_INEE_REMOTE_PLANE_ENABLED; 401 envelope_refused, whatever the cause.',
      headers: envelopeHeaders,
      querystring: noQuery,
      body: envelopeBody.meta({ examples: [{ kind: 'intent', intent }] }),
      response: answers({
        200: envelopeAnswer.meta({
          examples: [
            { colony: colonyExample, intent: colonyIntentExample, correlation_id: 'desk-4' },
          ],
        }),
      }),
    },
    handler: async (request) => {
      const { kind, intent: sent } = request.body;
      const colony = request.headers['x-vx11-colony'];
      const by = { actor: `inee:${colony}`, correlation_id: request.id };
      if ((kind === 'intent') !== (sent !== undefined)) {
        const problem = 'is there with the kind intent, and only then';
        throw new VX11Error('invalid', `intent ${problem}.`, {
          fields: [{ field: 'intent', problem }],
        });
      }
      if (sent === undefined) {
        const alive = await takeHeartbeat(context, colony, by);
        return { colony: alive, intent: null, correlation_id: request.id };
      }
      const taken = await takeColonyIntent(context, { ...sent, remote_colony_id: colony }, by);
      return {
        colony: await viewOf(context, colony),
        intent: taken,
        correlation_id: request.id,
      };
    },
  });
};

async function viewOf({ store, clock }: IneeContext, id: string) {
  const stored = await store().inee.find(id);
  if (stored === null) throw unknownColony(id);
  return colonyView(stored, clock());
}
