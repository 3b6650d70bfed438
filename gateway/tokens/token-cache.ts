import type { FastifyBaseLogger } from 'fastify';
import { VX11Error } from '../../contracts/errors.ts';
import { sha256 } from '../../platform/hash.ts';
import { sameHash } from '../../platform/plan-token.ts';
import type { StoredToken } from '../../store/system/tokens.ts';
import type { Caller, TokenCache, TokenHolder } from '../http/caller.ts';
import { mapMaybe, type MaybePromise } from '../reads/maybe-promise.ts';
import type { StoreSource } from '../reads/store-source.ts';
import { createRevisionCache } from './revision-cache.ts';
import { tokenIdOf } from './token-text.ts';
import { createUseRecorder } from './use-recorder.ts';

/** The caller of the environment's admin token, which is not in the store. */
export const environmentAdmin: Caller = {
  id: 'token-environment',
  principal: 'token-environment',
  name: 'admin',
  scope: 'admin',
  session_id: null,
  until: null,
};

const nobodysHash = sha256('');

const refused = (): VX11Error =>
  new VX11Error('forbidden', 'Send a token that is valid; an admin can make one.');

/** Whether a caller's token and session are still valid. */
export const isLive = ({ until }: Caller, now: number): boolean => until === null || now < until;

const asHolder = (token: StoredToken): TokenHolder => {
  const { id, principal, name, scope, expires_at, revoked_at, secret_hash } = token;
  const until = Math.min(expires_at ?? Infinity, revoked_at ?? Infinity);
  const caller = { id, principal, name, scope, session_id: null };
  return { caller: { ...caller, until: until === Infinity ? null : until }, hash: secret_hash };
};

/** Caches tokens in memory until any token changes, so that a revoked token is refused at once. */
export function createTokenCache(deps: {
  store: StoreSource;
  /** Changes with every commit that changes what a token may do. */
  revision: () => MaybePromise<string>;
  clock: () => number;
  adminToken: string | null;
  logger: FastifyBaseLogger;
}): TokenCache {
  const { store, clock } = deps;
  const admin =
    deps.adminToken === null
      ? null
      : { caller: environmentAdmin, hash: sha256(deps.adminToken), id: tokenIdOf(deps.adminToken) };
  // A token is looked up by its keyed hash and compared only if the hash is the same, so timing reveals nothing about it.
  const admins = new Map<string, Caller>();
  const cache = createRevisionCache<Caller>(deps.revision);
  const recordUse = createUseRecorder('token', deps.logger);

  const accept = (caller: Caller): Caller => {
    const now = clock();
    if (!isLive(caller, now)) throw refused();
    recordUse(caller.id, now, () => store().tokens.used(caller.id, now));
    return caller;
  };
  const load = async (id: string, text: string): Promise<Caller> => {
    const token = await store().tokens.find(id);
    const same = sameHash(token?.secret_hash ?? nobodysHash, sha256(text));
    if (!same || token === null) throw refused();
    return asHolder(token).caller;
  };
  const isAdmin = (text: string): boolean => admin !== null && sameHash(admin.hash, sha256(text));
  const acceptAdmin = (text: string): Caller => {
    admins.set(text, environmentAdmin);
    return environmentAdmin;
  };
  return {
    identify(text) {
      const known = admins.get(text);
      if (known !== undefined) return known;
      const id = tokenIdOf(text);
      if (id === (admin?.id ?? null) && isAdmin(text)) return acceptAdmin(text);
      if (id === null) throw refused();
      return mapMaybe(
        cache.get(text, () => load(id, text)),
        accept,
      );
    },
    async holderOf(id) {
      if (id === environmentAdmin.id) return admin;
      const token = await store().tokens.find(id);
      const holder = token === null ? null : asHolder(token);
      return holder !== null && isLive(holder.caller, clock()) ? holder : null;
    },
  };
}
