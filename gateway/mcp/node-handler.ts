import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { AuthInfo, McpHttpHandler } from '@modelcontextprotocol/server';

/** A request as the SDK takes it: its body is parsed, and is handed over beside it. */
function webRequest({ method, url, headers }: IncomingMessage, signal: AbortSignal): Request {
  const all = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [value].flat().map((one) => [name, one]),
  );
  const request = new Request(`http://${headers.host ?? 'localhost'}${url}`, {
    method: method!,
    headers: all,
  });
  // not as an option: a request that follows a signal holds it weakly, and stays in memory until a full collection
  return Object.defineProperty(request, 'signal', { value: signal });
}

export type Exchange = [request: IncomingMessage, response: ServerResponse];

/** What the gateway knows of a request already. */
export interface Given {
  authInfo: AuthInfo;
  parsedBody: unknown;
}

/**
 * Answers one request through the SDK. An answer that is no stream is written at once: the SDK's own adapter streams all of
 * them. The end of the connection aborts the request.
 */
export async function serveNode(
  { fetch }: Pick<McpHttpHandler, 'fetch'>,
  [request, response]: Exchange,
  given: Given,
): Promise<void> {
  const gone = new AbortController();
  response.once('close', () => {
    if (!response.writableFinished) gone.abort();
  });
  if (response.destroyed) return;
  const answer = await fetch(webRequest(request, gone.signal), given);
  response.statusCode = answer.status;
  for (const [name, value] of answer.headers) response.setHeader(name, value);
  const isStream = answer.headers.get('content-type')?.startsWith('text/event-stream') === true;
  if (answer.body === null || !isStream) {
    response.end(await answer.text());
    return;
  }
  // an agent that is gone ends its stream
  await pipeline(Readable.fromWeb(answer.body as never), response).catch(() => undefined);
}
