import { internalHeader } from '../internal-key.ts';
import { post, type Answer, type Post } from './post.ts';

/**
 * Posts JSON to another process of this installation. Resolves with the headers of its answer, whose body streams. Rejects if
 * it cannot be reached, or with the reason of `signal`, whose abort also ends the work there.
 *
 * @param key of the installation; null if there is none, and then the call is refused there
 * @param send carries it, such as with a client certificate
 */
export const postInternal = (
  url: URL,
  key: string | null,
  body: Uint8Array<ArrayBuffer> | string,
  signal: AbortSignal,
  headers: Record<string, string> = {},
  send: Post = post,
): Promise<Answer> =>
  send(url, {
    headers: { 'content-type': 'application/json', [internalHeader]: key ?? '', ...headers },
    body,
    signal,
  });
