import type { FastifyBaseLogger } from 'fastify';
import { VX11Error } from '../../contracts/errors.ts';
import { sha256 } from '../../platform/hash.ts';
import { sameHash } from '../../platform/plan-token.ts';
import type { StoredToken } from '../../store/system/tokens.ts';
import type { Caller, TokenCache } from '../http/caller.ts';
import { mapMaybe, type MaybePromise } from '../reads/maybe-promise.ts';
import type { StoreSource } from '../reads/store-source.ts';
import { tokenIdOf } from './token-text.ts';

/** The caller of the environment's admin token, which is not in the store. */
export const environmentAdmin: Caller = {
  id: 'token-environment',
  principal: 'token-environment',
  name: 'admin',
  scope: 'admin',
};

const lastUsedEveryMs = 60_000;
const nobodysHash = sha256('');

const refused = (): VX11Error =>
  new VX11Error('forbidden', 'Send a token that is valid; an admin can make one.');

interface KnownToken {
  caller: Caller;
  /** Epoch ms. */
  until: number;
}

/** Caches tokens in memory until any token changes, so that a revoked token is refused at once. */
export function createTokenCache(deps: {
  store: StoreSource;
  /** Changes with every commit that changes what a token may do. */
  revision: () => MaybePromise<string>;
  clock: () => number;
  adminToken: string | null;
  logger: FastifyBaseLogger;
}): TokenCache {
  const adminId = deps.adminToken === null ? null : tokenIdOf(deps.adminToken);
  const adminHash = deps.adminToken === null ? null : sha256(deps.adminToken);
  // A token is looked up by its keyed hash and compared only if the hash is the same, so timing reveals nothing about it.
  const admins = new Map<string, Caller>();
  const lastUsed = new Map<string, number>();
  let cache: { revision: string; byText: Map<string, KnownToken> } | null = null;

  const storeUse = (id: string, now: number): void => {
    if ((lastUsed.get(id) ?? 0) + lastUsedEveryMs > now) return;
    lastUsed.set(id, now);
    deps
      .store()
      .tokens.used(id, now)
      .catch((error: unknown) =>
        deps.logger.warn({ err: error }, 'the last use of a token was not stored'),
      );
  };
  const accept = (known: KnownToken): Caller => {
    const now = deps.clock();
    if (now >= known.until) throw refused();
    storeUse(known.caller.id, now);
    return known.caller;
  };
  const check = (token: StoredToken | null, hash: string): KnownToken => {
    const same = sameHash(token?.secret_hash ?? nobodysHash, hash);
    if (!same || token === null) throw refused();
    const { id, principal, name, scope, expires_at, revoked_at } = token;
    const until = Math.min(expires_at ?? Infinity, revoked_at ?? Infinity);
    return { caller: { id, principal, name, scope }, until };
  };
  const isAdmin = (text: string): boolean =>
    adminHash !== null && sameHash(adminHash, sha256(text));
  const acceptAdmin = (text: string): Caller => {
    admins.set(text, environmentAdmin);
    return environmentAdmin;
  };
  return {
    identify(text) {
      const admin = admins.get(text);
      if (admin !== undefined) return admin;
      const id = tokenIdOf(text);
      if (id === adminId && isAdmin(text)) return acceptAdmin(text);
      if (id === null) throw refused();
      return mapMaybe(deps.revision(), (revision) => {
        if (cache?.revision !== revision) cache = { revision, byText: new Map() };
        const { byText } = cache;
        const known = byText.get(text);
        if (known !== undefined) return accept(known);
        return deps
          .store()
          .tokens.find(id)
          .then((token) => {
            const found = check(token, sha256(text));
            byText.set(text, found);
            return accept(found);
          });
      });
    },
  };
}
