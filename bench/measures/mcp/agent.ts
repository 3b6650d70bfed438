import { Agent, request } from 'undici';
import { createTokenAnswer } from '../../../contracts/token.ts';
import type { TestStack } from '../../../test/stack/stack.ts';

/** An agent at `POST /mcp`, over one connection that stays, as hosts keep it. */
export interface BenchAgent {
  token: string;
  /** Sends a request, of revision 2026-07-28 by default. Throws unless it was answered without an error. */
  mcp(method: string, params?: Record<string, unknown>, revision?: Revision): Promise<void>;
  /** Reads a route of the gateway over the same connection. */
  get(path: string): Promise<void>;
  close(): Promise<void>;
}

/** The newest without a handshake, and the newest with one. */
export const revisions = ['2026-07-28', '2025-11-25'] as const;
export type Revision = (typeof revisions)[number];

const modern = '2026-07-28';
const meta = {
  'io.modelcontextprotocol/protocolVersion': modern,
  'io.modelcontextprotocol/clientCapabilities': {},
};

/** Makes a token of scope agent, and a client with it. */
export async function connectAgent(stack: TestStack): Promise<BenchAgent> {
  const answer = await stack.call('POST', '/vx11/tokens', {
    name: 'bench agent',
    scope: 'agent',
    agent: { host: 'bench', person: 'bench' },
  });
  const { token } = createTokenAnswer.parse(answer.body);
  const dispatcher = new Agent();
  const headers = { 'x-vx11-token': token };
  const ask = async (path: string, options: Parameters<typeof request>[1]): Promise<string> => {
    const { statusCode, body } = await request(stack.url + path, { dispatcher, ...options });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`${path} was answered with ${statusCode}: ${text}`);
    return text;
  };
  return {
    token,
    async mcp(method, params = {}, revision = modern) {
      const { name } = params;
      const text = await ask('/mcp', {
        method: 'POST',
        headers: {
          ...headers,
          'content-type': 'application/json',
          accept: 'application/json, text/event-stream',
          'mcp-protocol-version': revision,
          ...(revision === modern && {
            'mcp-method': method,
            ...(typeof name === 'string' && { 'mcp-name': name }),
          }),
        },
        body: JSON.stringify({
          jsonrpc: '2.0',
          id: 1,
          method,
          params: { ...params, ...(revision === modern && { _meta: meta }) },
        }),
      });
      if (text.includes('"isError":true') || !text.includes('"result"')) throw new Error(text);
    },
    get: async (path) => void (await ask(path, { headers })),
    close: () => dispatcher.close(),
  };
}
