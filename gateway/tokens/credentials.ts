import type { FastifyRequest } from 'fastify';
import { VX11Error } from '../../contracts/errors.ts';
import {
  sessionCookie,
  type Identify,
  type TokenCache,
  type WebSessionCache,
} from '../http/caller.ts';
import { checkFetchSite } from '../http/origin-check.ts';

/** How Node joins a header that was sent twice. */
const repeated = /, /;
const ambiguous = (): VX11Error =>
  new VX11Error('ambiguous_token', 'Send one token, in one header.');

/** Clients of Anthropic send a key of their own header. */
const isMessages = (url = ''): boolean => /^\/v1\/messages(?:\/count_tokens)?(?:\?|$)/.test(url);

/** The token of a request; null if there is none. Throws `ambiguous_token`. */
function presentedToken({ raw: { headers, url } }: FastifyRequest): string | null {
  const own = headers['x-vx11-token'] ?? (isMessages(url) ? headers['x-api-key'] : undefined);
  const bearer = /^bearer +(\S.*)$/i.exec(headers.authorization ?? '')?.[1]?.trim();
  if (typeof own === 'string' && own !== '') {
    if ((bearer !== undefined && bearer !== own) || repeated.test(own)) throw ambiguous();
    return own;
  }
  if (bearer !== undefined && repeated.test(bearer)) throw ambiguous();
  return bearer ?? null;
}

const cookieForm = new RegExp(`(?:^|; ?)${sessionCookie}=([^;]*)`, 'g');

/**
 * The two halves of a request's web session; null if there is neither. Throws `session_required` for one alone: a browser
 * sends the cookie to every port of this host, and only pages of this origin know the proof.
 */
function presentedSession({
  raw: { headers },
}: FastifyRequest): { cookie: string; proof: string } | null {
  const proof = headers['x-vx11-session'];
  const hasProof = typeof proof === 'string' && proof !== '';
  const sent = headers.cookie;
  if (!hasProof && sent === undefined) return null;
  const [found, another] = [...(sent ?? '').matchAll(cookieForm)];
  const cookie = found?.[1] ?? '';
  if (!hasProof && cookie === '') return null;
  if (hasProof && cookie !== '' && another === undefined) return { cookie, proof };
  throw new VX11Error(
    'session_required',
    'Send the cookie of a session and its proof as X-VX11-Session, or a token as X-VX11-Token.',
  );
}

export const tokenRequired = (): VX11Error =>
  new VX11Error(
    'auth_required',
    'Send a token as X-VX11-Token or as Authorization: Bearer. The first start wrote one to tokens.env.',
  );

/** Where a token is sent, cookies count for nothing. */
export const createIdentify =
  (tokens: TokenCache, sessions: WebSessionCache): Identify =>
  (request) => {
    const token = presentedToken(request);
    if (token !== null) return tokens.identify(token);
    const session = presentedSession(request);
    if (session === null) throw tokenRequired();
    checkFetchSite(request.raw.headers);
    return sessions.identify(session.cookie, session.proof);
  };
