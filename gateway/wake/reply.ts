import type { ServerResponse } from 'node:http';
import type { WakeFault } from './fault.ts';

/** Sablier's header: the plugins look at nothing else. A plugin for Proxy-Wasm lets a request through without it. */
export const statusHeader = 'x-sablier-session-status';

/** What a route answers. */
export interface WakeReply {
  status: number;
  headers: Record<string, string | number>;
  body: string | Buffer;
  ready: boolean;
}

/** Answers that are not about a session say `not-ready` too. */
export const reply = (
  status: number,
  type: string,
  body: string,
  headers: WakeReply['headers'] = {},
  ready = false,
): WakeReply => ({ status, headers: { 'content-type': type, ...headers }, body, ready });

export const jsonReply = (status: number, body: unknown, ready = false): WakeReply =>
  reply(status, 'application/json; charset=utf-8', JSON.stringify(body), {}, ready);

export const faultReply = ({ status, problem, retryAfterSeconds }: WakeFault): WakeReply =>
  reply(status, 'application/problem+json', JSON.stringify(problem), {
    ...(retryAfterSeconds !== undefined && { 'retry-after': retryAfterSeconds }),
    ...(status === 405 && { allow: 'GET, HEAD' }),
  });

/** Headers of every answer. */
export const commonHeaders = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
};

export function sendReply(response: ServerResponse, { status, headers, body, ready }: WakeReply) {
  // HTTP/1.1 keeps connections anyway. Plugins for Proxy-Wasm hand every header on, and HTTP/2 allows neither of the two
  // that Node would add: Connection and Keep-Alive
  if (response.shouldKeepAlive && response.req.httpVersion === '1.1')
    response.removeHeader('connection');
  response
    .writeHead(status, {
      ...commonHeaders,
      ...headers,
      [statusHeader]: ready ? 'ready' : 'not-ready',
      'content-length': Buffer.byteLength(body),
    })
    .end(body);
}

/** For the metric. */
export const outcomeOf = ({ status, ready }: WakeReply): 'ready' | 'not_ready' | 'fault' => {
  if (ready) return 'ready';
  return [200, 401, 503].includes(status) ? 'not_ready' : 'fault';
};
