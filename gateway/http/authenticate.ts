import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { VX11Error } from '../../contracts/errors.ts';
import type { TokenScope } from '../../contracts/token.ts';
import { checkMedia, isRead } from './origin-check.ts';
import type { Limits } from './limits.ts';
import { includes, type RoutePolicy } from './route-policy.ts';
import { mapMaybe, type MaybePromise } from '../reads/maybe-promise.ts';
import type { Caller, TokenCache } from './caller.ts';
import type { Sender } from '../../workflows/messages.ts';

/** How Node joins a header that was sent twice. */
const repeated = /, /;
const ambiguous = (): VX11Error =>
  new VX11Error('ambiguous_token', 'Send one token, in one header.');

/** The token of a request. Throws `auth_required`, `ambiguous_token`. */
export function presentedToken(request: FastifyRequest): string {
  const { headers } = request.raw;
  const own = headers['x-vx11-token'];
  const bearer = /^bearer +(\S.*)$/i.exec(headers.authorization ?? '')?.[1]?.trim();
  if (typeof own === 'string' && own !== '') {
    if ((bearer !== undefined && bearer !== own) || repeated.test(own)) throw ambiguous();
    return own;
  }
  if (bearer !== undefined && repeated.test(bearer)) throw ambiguous();
  if (bearer !== undefined) return bearer;
  throw new VX11Error(
    'auth_required',
    'Send a token as X-VX11-Token or as Authorization: Bearer. The first start wrote one to tokens.env.',
  );
}

function requireScope(caller: Caller, needed: TokenScope): void {
  if (includes(caller.scope, needed)) return;
  throw new VX11Error('scope', `This needs a token of scope ${needed}; yours is ${caller.scope}.`);
}

/** Admits a request by its token, scope, the token's rate and the kind of its body, checked in this order. */
export function createAuthenticate(tokens: TokenCache, limits: Limits) {
  const identify = (request: FastifyRequest): MaybePromise<Caller> => {
    const refuse = (error: unknown): MaybePromise<never> => limits.refusal(request.ip, error);
    let caller: MaybePromise<Caller>;
    try {
      caller = tokens.identify(presentedToken(request));
    } catch (error) {
      return refuse(error);
    }
    return caller instanceof Promise ? caller.catch(refuse) : caller;
  };
  return (rule: RoutePolicy): onRequestHookHandler => {
    const { scope } = rule;
    if (scope === 'open') return (_request, _reply, done) => done();
    return (request: FastifyRequest, _reply: FastifyReply, done) => {
      const admit = (caller: Caller): MaybePromise<void> => {
        requireScope(caller, scope);
        request.caller = caller;
        const { method, headers } = request.raw;
        return mapMaybe(limits.token(caller.id, isRead(method!)), () =>
          checkMedia(method!, headers),
        );
      };
      let admitted: MaybePromise<void>;
      try {
        admitted = mapMaybe(identify(request), admit);
      } catch (error) {
        return done(error as Error);
      }
      if (admitted instanceof Promise) admitted.then(() => done(), done);
      else done();
    };
  };
}

/** The caller of this request; only for routes that need a token. */
export function callerOf(request: FastifyRequest): Caller {
  if (request.caller === null) throw new Error('a route without a token asked for its caller');
  return request.caller;
}

/** The actor and the correlation id of a message to a workflow. */
export const actorOf = (request: FastifyRequest): Sender => ({
  actor: callerOf(request).name,
  principal: callerOf(request).principal,
  correlation_id: request.id,
});
