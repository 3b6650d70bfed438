import type { FastifyBaseLogger } from 'fastify';
import { VX11Error } from '../../contracts/errors.ts';
import { sha256 } from '../../platform/hash.ts';
import { sameHash } from '../../platform/plan-token.ts';
import type { Caller, TokenCache, WebSessionCache } from '../http/caller.ts';
import { mapMaybe, type MaybePromise } from '../reads/maybe-promise.ts';
import type { StoreSource } from '../reads/store-source.ts';
import { createRevisionCache } from '../tokens/revision-cache.ts';
import { isLive } from '../tokens/token-cache.ts';
import { createUseRecorder } from '../tokens/use-recorder.ts';
import { boundHashOf } from './secrets.ts';

/** A session that nobody uses for this long ends. */
const idleMs = 12 * 3_600_000;

const refused = (): VX11Error =>
  new VX11Error('session_required', 'This session has ended, or never was. Sign in again.');

interface KnownSession {
  caller: Caller;
  id: string;
  /** Epoch ms. */
  usedAt: number;
}

/** The earlier of two ends; null means never. */
export const earlier = (one: number, other: number | null): number => Math.min(one, other ?? one);

/** Caches sessions in memory until any token changes or any session ends, in any process. */
export function createWebSessionCache(deps: {
  store: StoreSource;
  tokens: TokenCache;
  revision: () => MaybePromise<string>;
  clock: () => number;
  logger: FastifyBaseLogger;
}): WebSessionCache {
  const { store, tokens, clock } = deps;
  const cache = createRevisionCache<KnownSession>(deps.revision);
  const recordUse = createUseRecorder('session', deps.logger);

  const isIdle = ({ usedAt }: KnownSession): boolean => clock() >= usedAt + idleMs;
  const load = async (cookie: string, proof: string): Promise<KnownSession> => {
    const session = await store().webSessions.find(sha256(cookie));
    const holder = session === null ? null : await tokens.holderOf(session.token_id);
    if (session === null || holder === null) throw refused();
    if (!sameHash(session.proof_hash, boundHashOf(proof, holder.hash))) throw refused();
    const { id, expires_at, last_used_at } = session;
    const until = earlier(expires_at, holder.caller.until);
    return { caller: { ...holder.caller, session_id: id, until }, id, usedAt: last_used_at };
  };
  const accept = (session: KnownSession): Caller => {
    const now = clock();
    const { caller, id } = session;
    if (!isLive(caller, now) || isIdle(session)) throw refused();
    session.usedAt = now;
    recordUse(id, now, () => store().webSessions.used({ id, token_id: caller.id }, now));
    return caller;
  };
  return {
    identify(cookie, proof) {
      const key = `${cookie}.${proof}`;
      const read = () => load(cookie, proof);
      return mapMaybe(cache.get(key, read), (known) =>
        // another gateway may have stored a later use
        isIdle(known) ? cache.reload(key, read).then(accept) : accept(known),
      );
    },
  };
}
