import type { TokenScope } from '../../contracts/token.ts';
import type { MaybePromise } from '../reads/maybe-promise.ts';

/** The caller of a request. */
export interface Caller {
  id: string;
  /** The id of the first token in a chain of rotations. It identifies the caller, and decides what the caller owns. */
  principal: string;
  /** The token's name: shown as the owner of windows and tasks, and as the actor of events. */
  name: string;
  scope: TokenScope;
}

/** Finds the caller of a token's text. */
export interface TokenCache {
  /** Throws the same `forbidden` whether the token is malformed, unknown, expired or revoked. */
  identify(text: string): MaybePromise<Caller>;
}
