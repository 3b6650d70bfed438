import type { TokenScope } from '../../contracts/token.ts';
import type { MaybePromise } from '../reads/maybe-promise.ts';

/** Who makes a request. */
export interface Caller {
  id: string;
  /** The token's name: the owner of what is opened, the actor in events. */
  name: string;
  scope: TokenScope;
}

/** Knows tokens by their text. */
export interface TokenCache {
  /** Throws the same `forbidden` for a text that is no token, unknown, expired or revoked. */
  identify(text: string): MaybePromise<Caller>;
}
