import { routingHeaders, type RoutingCall } from '../../contracts/routing-call.ts';
import { postInternal } from '../../platform/network/internal-post.ts';
import type { Answer, Post } from '../../platform/network/post.ts';

/** switch's internal HTTP API, which only the gateway calls while a window holds switch up. */
export interface SwitchPort {
  /**
   * Posts a request with its untouched body. Resolves with the headers of the answer; its body streams. Rejects if switch
   * cannot be reached, or when `signal` aborts, which also ends the work there.
   */
  post(
    path: string,
    body: Uint8Array<ArrayBuffer> | string,
    call: RoutingCall | null,
    signal: AbortSignal,
  ): Promise<Answer>;
}

/**
 * @param url such as `http://127.0.0.1:8002`
 * @param key authenticates the gateway to switch; null if this installation has none, and then every call is refused there
 * @param send carries requests, such as with a client certificate
 */
export const createSwitchPort = (url: string, key: string | null, send?: Post): SwitchPort => ({
  post: (path, body, call, signal) =>
    postInternal(
      new URL(path, url),
      key,
      body,
      signal,
      call === null ? {} : routingHeaders(call),
      send,
    ),
});
