import type { FastifyReply, FastifyRequest } from 'fastify';
import type { NewEvent } from '../../contracts/event.ts';
import { newId } from '../../contracts/ids.ts';
import { VX11Error } from '../../contracts/errors.ts';
import {
  startWebSessionBody,
  webSessionEnded,
  webSessionStarted,
  webSessionView,
} from '../../contracts/web-session.ts';
import { sha256 } from '../../platform/hash.ts';
import { sameHash } from '../../platform/plan-token.ts';
import { isoTime, isoTimeOrNull } from '../../platform/time.ts';
import type { WebSession } from '../../store/system/web-sessions.ts';
import type { GatewayContext, Routes } from '../context.ts';
import { callerOf } from '../http/authenticate.ts';
import { sessionCookie, type Caller, type TokenHolder } from '../http/caller.ts';
import { tokenRequired } from '../tokens/credentials.ts';
import { refuseKey } from '../http/idempotency.ts';
import { checkFetchSite } from '../http/origin-check.ts';
import { answers, noQuery } from '../http/route-schema.ts';
import { boundHashOf, newHalf } from './secrets.ts';
import { earlier } from './session-cache.ts';

/** The longest life of a session. */
const longestMs = 7 * 86_400_000;

const cookieRules = 'Path=/; Secure; HttpOnly; SameSite=Strict';
const example = {
  session_id: 'web-51c0ffee51c0ffee',
  name: 'dashboard',
  scope: 'viewer' as const,
  expires_at: '2026-11-28T12:00:00.000Z',
};

/** A new session with its two halves, which are stored nowhere. @param limit its latest end, in epoch ms; null for none */
function newSession({ caller, hash }: TokenHolder, now: number, limit: number | null) {
  const [cookie, proof] = [newHalf(), newHalf()];
  const session: WebSession = {
    id: newId('web'),
    cookie_hash: sha256(cookie),
    proof_hash: boundHashOf(proof, hash),
    token_id: caller.id,
    created_at: now,
    last_used_at: now,
    expires_at: earlier(earlier(now + longestMs, limit), caller.until),
  };
  return { session, cookie, proof };
}

const eventOf = (
  type: 'web_session.started' | 'web_session.ended',
  { name, principal, id }: Caller,
  { at, session_id, request }: { at: number; session_id: string; request: FastifyRequest },
): NewEvent => ({
  type,
  at,
  actor: name,
  actor_id: principal,
  correlation_id: request.id,
  payload: { session_id, token_id: id },
});

const linkRefused = (): VX11Error =>
  new VX11Error(
    'link_not_accepted',
    'It was used, or is older than 60 s. vx11 ui makes a new one.',
  );

/** The holder of an unused link's token, and the latest end of the link's session. Throws `link_not_accepted`. */
async function holderOfLink({ store, tokens }: GatewayContext, code: string) {
  const link = await store().webSessions.findLink(sha256(code));
  const holder = link === null ? null : await tokens.holderOf(link.token_id);
  if (link === null || holder === null) throw linkRefused();
  if (!sameHash(link.bound_hash, boundHashOf(code, holder.hash))) throw linkRefused();
  return { holder, limit: link.session_until };
}

/** Starts a session with a token. */
async function startByToken(context: GatewayContext, request: FastifyRequest) {
  const { store, tokens, clock } = context;
  if (request.caller === null) throw tokenRequired();
  const now = clock();
  const holder = await tokens.holderOf(request.caller.id);
  if (holder === null) throw new VX11Error('forbidden', 'The token has just ended.');
  const started = newSession(holder, now, null);
  const { id: session_id } = started.session;
  const event = eventOf('web_session.started', holder.caller, { at: now, session_id, request });
  await store().webSessions.create(started.session, [event]);
  return { ...started, caller: holder.caller };
}

/** Starts a session with the code of a link, which is then used up. */
async function startByLink(context: GatewayContext, request: FastifyRequest, code: string) {
  checkFetchSite(request.raw.headers);
  const { holder, limit } = await holderOfLink(context, code);
  const now = context.clock();
  const started = newSession(holder, now, limit);
  const { id: session_id } = started.session;
  const event = eventOf('web_session.started', holder.caller, { at: now, session_id, request });
  const { webSessions } = context.store();
  if (!(await webSessions.exchange(sha256(code), started.session, [event]))) throw linkRefused();
  return { ...started, caller: holder.caller };
}

/** Starts, shows and ends the sessions of browsers. */
export const webSessionRoutes: Routes = (context) => async (app) => {
  const { store, clock } = context;

  app.route({
    method: 'POST',
    url: '/vx11/session',
    config: { rule: { scope: 'viewer', bodyOptional: true, withoutToken: true } },
    schema: {
      operationId: 'startWebSession',
      tags: ['tokens'],
      summary: 'Sign a browser in, by a token or by the code of a link',
      description:
        'Sets the cookie; further requests carry it and the proof. Ends after 12 h without use, after 7 days, and with its token.',
      querystring: noQuery,
      body: startWebSessionBody.meta({ examples: [{ code: 'Zq3v9XyTn0aBcDeFgHiJkL' }] }),
      response: answers({
        201: webSessionStarted.meta({
          examples: [{ ...example, proof: '00000000000000000000000000000000' }],
        }),
      }),
    },
    handler: async (request, reply) => {
      refuseKey(request);
      const { code } = request.body;
      if (request.caller !== null && code !== undefined) {
        const problem = 'send a token or a code, not both';
        throw new VX11Error('invalid', problem, { fields: [{ field: 'code', problem }] });
      }
      const { session, caller, cookie, proof } =
        code === undefined
          ? await startByToken(context, request)
          : await startByLink(context, request, code);
      reply.header('set-cookie', `${sessionCookie}=${cookie}; ${cookieRules}`);
      const { name, scope } = caller;
      const expires_at = isoTime(session.expires_at);
      return reply.code(201).send({ session_id: session.id, name, scope, expires_at, proof });
    },
  });

  app.route({
    method: 'GET',
    url: '/vx11/session',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'getWebSession',
      tags: ['tokens'],
      summary: 'Who calls, with which scope, and until when',
      querystring: noQuery,
      response: answers({
        200: webSessionView.meta({
          examples: [{ ...example, token_id: 'token-51c0ffee51c0ffee' }],
        }),
      }),
    },
    handler: async (request) => {
      const { session_id, id, name, scope, until } = callerOf(request);
      return { session_id, token_id: id, name, scope, expires_at: isoTimeOrNull(until) };
    },
  });

  app.route({
    method: 'DELETE',
    url: '/vx11/session',
    config: { rule: { scope: 'viewer' } },
    schema: {
      operationId: 'endWebSession',
      tags: ['tokens'],
      summary: 'Sign this browser out; its streams end too',
      querystring: noQuery,
      response: answers({ 200: webSessionEnded.meta({ examples: [{ ended: true }] }) }),
    },
    handler: async (request, reply) => {
      const caller = callerOf(request);
      const { session_id } = caller;
      if (session_id === null) {
        throw new VX11Error('session_required', 'A token has no session that could be ended.');
      }
      const event = eventOf('web_session.ended', caller, { at: clock(), session_id, request });
      await store().webSessions.end(session_id, [event]);
      (reply as FastifyReply).header('set-cookie', `${sessionCookie}=; ${cookieRules}; Max-Age=0`);
      return { ended: true as const };
    },
  });
};
