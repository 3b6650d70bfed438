import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { VX11Error } from '../../contracts/errors.ts';
import type { TokenScope } from '../../contracts/token.ts';
import { checkMedia, isRead } from './origin-check.ts';
import type { Limits } from './limits.ts';
import { includes, type RoutePolicy } from './route-policy.ts';
import { mapMaybe, type MaybePromise } from '../reads/maybe-promise.ts';
import type { Caller, Identify } from './caller.ts';
import type { Actor } from '../../workflows/messages.ts';

function requireScope(caller: Caller, needed: TokenScope): void {
  if (includes(caller.scope, needed)) return;
  throw new VX11Error('scope', `This needs a token of scope ${needed}; yours is ${caller.scope}.`);
}

/** Whether a request carries a token. A proxy's own Basic credentials are none. */
const sendsToken = ({ 'x-vx11-token': own, authorization = '' }: IncomingHttpHeaders): boolean =>
  Boolean(own) || /^bearer +\S/i.test(authorization);

/** Admits a request by its caller, scope, the token's rate and the kind of its body, checked in this order. */
export function createAuthenticate(identifyCaller: Identify, limits: Limits) {
  const identify = (request: FastifyRequest): MaybePromise<Caller> => {
    const refuse = (error: unknown): MaybePromise<never> => limits.refusal(request.ip, error);
    let caller: MaybePromise<Caller>;
    try {
      caller = identifyCaller(request);
    } catch (error) {
      return refuse(error);
    }
    return caller instanceof Promise ? caller.catch(refuse) : caller;
  };
  return (rule: RoutePolicy): onRequestHookHandler => {
    const { scope, countsAsRead = false } = rule;
    if (scope === 'open') return (_request, _reply, done) => done();
    return (request: FastifyRequest, _reply: FastifyReply, done) => {
      const admit = (caller: Caller): MaybePromise<void> => {
        requireScope(caller, scope);
        request.caller = caller;
        const { method, headers } = request.raw;
        return mapMaybe(limits.token(caller.id, countsAsRead || isRead(method!)), () =>
          rule.takesBytes === true ? undefined : checkMedia(method!, headers),
        );
      };
      let admitted: MaybePromise<void>;
      try {
        const { method, headers } = request.raw;
        admitted =
          rule.withoutToken === true && !sendsToken(headers)
            ? checkMedia(method!, headers)
            : mapMaybe(identify(request), admit);
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
export const actorOf = (request: FastifyRequest): Actor => ({
  actor: callerOf(request).name,
  principal: callerOf(request).principal,
  correlation_id: request.id,
});
