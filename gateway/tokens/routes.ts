import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import {
  agentTokenSeconds,
  createTokenAnswer,
  createTokenBody,
  nameKeyOf,
  tokenListAnswer,
  tokenView,
} from '../../contracts/token.ts';
import { tokenViewOf, type NewToken } from '../../store/system/tokens.ts';
import { callerOf } from '../http/authenticate.ts';
import type { Routes } from '../context.ts';
import { refuseKey } from '../http/idempotency.ts';
import { tokenExample } from '../openapi/examples.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { environmentAdmin } from './token-cache.ts';
import { newToken } from './token-text.ts';

const tokenId = z
  .string()
  .max(64)
  .regex(/^token-[0-9a-f]{8,}$/, 'must be a token id');
const rule = { scope: 'admin' } as const;

const wrongField = (field: string, problem: string): VX11Error =>
  new VX11Error('invalid', `${field}: ${problem}`, { fields: [{ field, problem }] });

/** An agent's token names its host and its person, and ends within 30 days; others name neither. */
function refuseOddAgent({
  scope,
  agent,
  confirms,
  expires_in_seconds = 0,
}: z.infer<typeof createTokenBody>): void {
  if (scope !== 'agent') {
    const field = agent === undefined ? 'confirms' : 'agent';
    if (agent === undefined && confirms === undefined) return;
    throw wrongField(field, 'is only for tokens of scope agent');
  }
  if (agent === undefined) throw wrongField('agent', 'name the host and the person of this agent');
  if (expires_in_seconds > agentTokenSeconds) {
    throw wrongField('expires_in_seconds', 'a token of an agent ends within 30 days (2592000)');
  }
}

/** Creates, lists, rotates (with an overlap) and revokes tokens. */
export const tokenRoutes: Routes =
  ({ store, clock, config }) =>
  async (app) => {
    const isEnvironmentAdmin = (name: string): boolean =>
      config.adminToken !== null && nameKeyOf(name) === nameKeyOf(environmentAdmin.name);

    app.route({
      method: 'POST',
      url: '/vx11/tokens',
      config: { rule },
      schema: {
        operationId: 'createToken',
        tags: ['tokens'],
        summary: 'Create a token; its text is shown only once',
        description:
          'The name stands for the holder of the token: no two live tokens share one, but for a token and the one that rotates it. ' +
          'With rotates, the named token stays valid for overlap_seconds (default 0). Takes no Idempotency-Key: answers with secrets are not kept.',
        querystring: noQuery,
        body: createTokenBody.meta({ examples: [{ name: 'dashboard', scope: 'viewer' }] }),
        response: answers({
          201: createTokenAnswer.meta({
            examples: [
              {
                ...tokenExample,
                token: 'vx11_51c0ffee51c0ffee_0000000000000000000000000000000000000000000',
              },
            ],
          }),
        }),
      },
      handler: async (request, reply) => {
        const {
          name,
          scope,
          agent = null,
          confirms = null,
          rotates,
          overlap_seconds,
        } = request.body;
        refuseKey(request);
        refuseOddAgent(request.body);
        if (rotates !== undefined) {
          const before = await store().tokens.find(rotates);
          if (before === null) throw new VX11Error('not_found', `${rotates} is not known here.`);
          if ((before.scope === 'agent') !== (scope === 'agent')) {
            throw wrongField('rotates', 'a token of an agent replaces only a token of an agent');
          }
        }
        const { expires_in_seconds = scope === 'agent' ? agentTokenSeconds : undefined } =
          request.body;
        const now = clock();
        const { id, text, secretHash } = newToken();
        const token: NewToken = {
          id,
          name,
          scope,
          agent,
          confirms,
          secret_hash: secretHash,
          created_at: now,
          created_by: callerOf(request).name,
          expires_at: expires_in_seconds === undefined ? null : now + expires_in_seconds * 1000,
          revoked_at: null,
          last_used_at: null,
        };
        const { name: actor, principal: actor_id } = callerOf(request);
        const payload = {
          token_id: id,
          name,
          scope,
          ...(agent !== null && { agent }),
          ...(confirms !== null && { confirms }),
          ...(rotates !== undefined && { rotates }),
        };
        const event = { type: 'token.created' as const, at: now, actor, actor_id, payload };
        const at = now + (overlap_seconds ?? 0) * 1000;
        const replaces = rotates === undefined ? null : { id: rotates, at };
        const made = isEnvironmentAdmin(name)
          ? 'name_taken'
          : await store().tokens.create(token, [{ ...event, correlation_id: request.id }], {
              now,
              replaces,
            });
        if (made === 'unknown_token') {
          throw new VX11Error('not_found', `${rotates} is not known here.`);
        }
        if (made === 'name_taken') {
          throw wrongField(
            'name',
            'is the name of a live token; choose another one, or rotate that one',
          );
        }
        return reply.code(201).send({ ...tokenViewOf(token), token: text });
      },
    });

    app.route({
      method: 'GET',
      url: '/vx11/tokens',
      config: { rule },
      schema: {
        operationId: 'listTokens',
        tags: ['tokens'],
        summary: 'All tokens, never their secrets',
        querystring: noQuery,
        response: answers({
          200: tokenListAnswer.meta({ examples: [{ tokens: [tokenExample] }] }),
        }),
      },
      handler: async () => ({ tokens: await store().tokens.list() }),
    });

    app.route({
      method: 'DELETE',
      url: '/vx11/tokens/:token_id',
      config: { rule },
      schema: {
        operationId: 'revokeToken',
        tags: ['tokens'],
        summary: 'End a token at once; again changes nothing',
        params: z.strictObject({ token_id: tokenId }),
        querystring: noQuery,
        response: answers({ 200: tokenView.meta({ examples: [tokenExample] }) }),
      },
      handler: async (request) => {
        const id = request.params.token_id;
        const { tokens } = store();
        const event = {
          type: 'token.revoked' as const,
          at: clock(),
          actor: callerOf(request).name,
          actor_id: callerOf(request).principal,
          correlation_id: request.id,
          payload: { token_id: id },
        };
        const known = await tokens.revoke(id, clock(), [event]);
        const token = known ? await tokens.find(id) : null;
        if (token === null) throw new VX11Error('not_found', `${id} is not known here.`);
        return tokenViewOf(token);
      },
    });
  };
