import type { FastifyRequest } from 'fastify';
import type { TokenScope } from '../../contracts/token.ts';
import type { MaybePromise } from '../reads/maybe-promise.ts';

/** The cookie of a web session. `__Host-`: set by this host only, for all of its paths, never by a page of a subdomain. */
export const sessionCookie = '__Host-vx11';

/** The caller of a request. */
export interface Caller {
  /** The id of its token. */
  id: string;
  /** The id of the first token in a chain of rotations. It identifies the caller, and decides what the caller owns. */
  principal: string;
  /** The token's name: shown as the owner of windows and tasks, and as the actor of events. */
  name: string;
  scope: TokenScope;
  /** The web session through which it calls; null for a token alone. */
  session_id: string | null;
  /** When its token or its session ends, in epoch ms; null if never. */
  until: number | null;
}

/** The holder of a token. */
export interface TokenHolder {
  caller: Caller;
  /** SHA-256 of the token. */
  hash: string;
}

/** Finds the caller of a token. */
export interface TokenCache {
  /** Throws the same `forbidden` whether the token is malformed, unknown, expired or revoked. */
  identify(text: string): MaybePromise<Caller>;
  /** By the token's id, which proves nothing about who asks; null if the token is unknown, expired or revoked. */
  holderOf(id: string): Promise<TokenHolder | null>;
}

/** Finds the caller of a web session. */
export interface WebSessionCache {
  /** Throws the same `session_required` whether a half is wrong, or the session or its token has ended. */
  identify(cookie: string, proof: string): MaybePromise<Caller>;
}

/**
 * Finds the caller of a request by what it carries. Throws `auth_required`, `ambiguous_token`, `forbidden`,
 * `session_required`, `origin_not_allowed`.
 */
export type Identify = (request: FastifyRequest) => MaybePromise<Caller>;
