import type { TokenScope } from '../../contracts/token.ts';
import type { MaybePromise } from '../reads/maybe-promise.ts';

/** Who makes a request. */
export interface Caller {
  id: string;
  /** The first token of those that rotated each other: who it is. It decides what is the caller's own. */
  principal: string;
  /** The token's name: what people see as the owner of what is opened, and the actor in events. */
  name: string;
  scope: TokenScope;
}

/** Knows tokens by their text. */
export interface TokenCache {
  /** Throws the same `forbidden` for a text that is no token, unknown, expired or revoked. */
  identify(text: string): MaybePromise<Caller>;
}
