import { webSessionLink } from '../../contracts/web-session.ts';
import { VX11Error } from '../../contracts/errors.ts';
import { sha256 } from '../../platform/hash.ts';
import { isoTime } from '../../platform/time.ts';
import type { Routes } from '../context.ts';
import { callerOf } from '../http/authenticate.ts';
import { refuseKey } from '../http/idempotency.ts';
import { answers, noBody, noQuery } from '../http/route-schema.ts';
import { uiPrefix } from '../http/route-policy.ts';
import { boundHashOf, newLinkCode } from './secrets.ts';

/** How long a link works. */
const linkMs = 60_000;

/** A fragment: browsers send it to no server and in no Referer. */
const pathOf = (code: string): string => `${uiPrefix}#k=${code}`;

/** Makes links that sign a browser in. */
export const webSessionLinkRoutes: Routes =
  ({ store, tokens, clock }) =>
  async (app) => {
    app.route({
      method: 'POST',
      url: '/vx11/session/links',
      config: { rule: { scope: 'viewer', bodyOptional: true } },
      schema: {
        operationId: 'createWebSessionLink',
        tags: ['tokens'],
        summary: 'Make a link that signs a browser in with this token, once, within 60 s',
        querystring: noQuery,
        body: noBody.meta({ examples: [{}] }),
        response: answers({
          201: webSessionLink.meta({
            examples: [
              {
                code: 'Zq3v9XyTn0aBcDeFgHiJkL',
                expires_at: '2026-11-21T12:01:00.000Z',
                path: pathOf('Zq3v9XyTn0aBcDeFgHiJkL'),
              },
            ],
          }),
        }),
      },
      handler: async (request, reply) => {
        refuseKey(request);
        const { id, name, principal, session_id, until } = callerOf(request);
        const holder = await tokens.holderOf(id);
        if (holder === null) throw new VX11Error('forbidden', 'The token has just ended.');
        const [now, code] = [clock(), newLinkCode()];
        const link = {
          code_hash: sha256(code),
          bound_hash: boundHashOf(code, holder.hash),
          token_id: id,
          created_at: now,
          expires_at: now + linkMs,
          session_until: session_id === null ? null : until,
        };
        const event = {
          type: 'web_session.link_created' as const,
          at: now,
          actor: name,
          actor_id: principal,
          correlation_id: request.id,
          payload: { token_id: id, session_id },
        };
        await store().webSessions.createLink(link, [event]);
        const expires_at = isoTime(link.expires_at);
        return reply.code(201).send({ code, expires_at, path: pathOf(code) });
      },
    });
  };
