import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { join } from 'node:path';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client as ClientV1 } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport as StdioV1 } from '@modelcontextprotocol/sdk/client/stdio.js';
import { StreamableHTTPClientTransport as HttpV1 } from '@modelcontextprotocol/sdk/client/streamableHttp.js';
import { textOf } from './mcp-fixture.ts';

/** The clients of the SDK: its version 1, which knows handshakes only, and 2 in both eras, each by HTTP and by `vx11 mcp`. */
export const clientKinds = [
  'v1 http',
  'v1 stdio',
  'v2-legacy http',
  'v2-legacy stdio',
  'v2-modern http',
  'v2-modern stdio',
] as const;
export type ClientKind = (typeof clientKinds)[number];

/** What a test does with any of them. */
export interface AnyClient {
  tools(): Promise<string[]>;
  call(
    name: string,
    args: object,
  ): Promise<{ text: string; data: Record<string, unknown>; isError: boolean }>;
  read(uri: string): Promise<unknown>;
  prompt(name: string, args: Record<string, string>): Promise<string>;
  close(): Promise<void>;
}

const main = join(import.meta.dirname, '../../../cli/main.ts');
const about = { name: 'a test', version: '1.0.0' };

/** Connects a client with an agent's token. */
export async function connectClient(
  kind: ClientKind,
  { url, token }: { url: string; token: string },
): Promise<AnyClient> {
  const [version, transport] = kind.split(' ') as [string, 'http' | 'stdio'];
  const address = new URL(`${url}/mcp`);
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  const env = {
    PATH: process.env['PATH']!,
    VX11_HOME: '/nowhere',
    VX11_URL: url,
    VX11_TOKEN: token,
  };
  const launch = { command: process.execPath, args: [main, 'mcp'], env };
  if (version === 'v1') {
    const client = new ClientV1(about);
    await client.connect(
      transport === 'http' ? new HttpV1(address, { requestInit }) : new StdioV1(launch),
    );
    return wrap(client);
  }
  const mode = version === 'v2-legacy' ? ('legacy' as const) : { pin: '2026-07-28' };
  const client = new Client(about, { versionNegotiation: { mode } });
  await client.connect(
    transport === 'http'
      ? new StreamableHTTPClientTransport(address, { requestInit })
      : new StdioClientTransport(launch),
  );
  return wrap(client);
}

const wrap = (client: Client | ClientV1): AnyClient => ({
  async tools() {
    return (await client.listTools()).tools.map(({ name }) => name);
  },
  async call(name, args) {
    const result = await client.callTool({ name, arguments: args as Record<string, unknown> });
    return {
      text: textOf(result as { content?: unknown }),
      data: (result['structuredContent'] ?? {}) as Record<string, unknown>,
      isError: result['isError'] === true,
    };
  },
  async read(uri) {
    const { contents } = await client.readResource({ uri });
    return JSON.parse((contents[0] as { text: string }).text) as unknown;
  },
  async prompt(name, args) {
    const { messages } = await client.getPrompt({ name, arguments: args });
    return (messages[0]!.content as { text: string }).text;
  },
  close: () => client.close(),
});

/** A way to the gateway that can break, as if the gateway were killed. */
export interface FragileLink {
  url: string;
  /** Breaks every connection. */
  cut(): void;
  close(): Promise<void>;
}

export async function startFragileLink(upstream: string): Promise<FragileLink> {
  const sockets = new Set<Socket>();
  const { hostname, port } = new URL(upstream);
  const server = createServer((from) => {
    const to = connect(Number(port), hostname);
    for (const [one, other] of [
      [from, to],
      [to, from],
    ] as const) {
      sockets.add(one);
      one.on('error', () => other.destroy());
      one.on('close', () => {
        sockets.delete(one);
        other.destroy();
      });
      one.pipe(other);
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const cut = (): void => {
    for (const one of sockets) one.destroy();
  };
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    cut,
    async close() {
      cut();
      server.close();
      await once(server, 'close');
    },
  };
}
