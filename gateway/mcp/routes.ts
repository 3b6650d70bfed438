import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { VX11Error } from '../../contracts/errors.ts';
import { callerOf } from '../http/authenticate.ts';
import { answers } from '../http/route-schema.ts';
import type { Routes } from '../context.ts';
import { narrowingOf, narrowingQuery } from './narrowing.ts';
import type { Exchange, Given } from './node-handler.ts';
import { authInfoOf, type AgentRequest } from './agent-request.ts';

const id = z.union([z.string().max(256), z.number()]).nullable();

/** A JSON-RPC message; the SDK checks its parameters. */
const rpcMessage = z.strictObject({
  jsonrpc: z.literal('2.0'),
  id: id.optional(),
  method: z.string().max(128).optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  result: z.unknown().optional(),
  error: z.unknown().optional(),
});

/** The origin under which this client reached the gateway; a proxy with TLS is among the allowed ones. */
const originIn =
  (allowed: readonly string[]) =>
  ({ host, protocol }: Pick<FastifyRequest, 'host' | 'protocol'>): string =>
    allowed.find((origin) => new URL(origin).host === host) ?? `${protocol}://${host}`;

/** An MCP server behind the route. */
export interface McpEndpoint {
  serve(exchange: Exchange, given: Given, agent: AgentRequest): Promise<void>;
  close(): Promise<void>;
}

/** Mounts an MCP server at `url`, behind the checks of the gateway. It is loaded with the first call: the SDK costs 33 MB. */
export const mountMcp =
  (
    url: string,
    { allowedOrigins }: { allowedOrigins: readonly string[] },
    load: () => Promise<McpEndpoint>,
  ): ReturnType<Routes> =>
  async (app) => {
    let loading: Promise<McpEndpoint> | null = null;
    const originOf = originIn(allowedOrigins);
    app.addHook('preClose', async () => (await loading)?.close());

    app.route({
      method: 'POST',
      url,
      config: { rule: { scope: 'viewer', countsAsRead: true, logsItself: true } },
      schema: {
        operationId: 'mcp',
        tags: ['agents'],
        summary: 'The Model Context Protocol: one JSON-RPC request per POST',
        description:
          'For MCP clients, of revision 2026-07-28 and older ones. What would change something becomes a plan that waits ' +
          '(scope agent). Works while the window of mcp is open.',
        querystring: narrowingQuery,
        body: rpcMessage.meta({
          examples: [{ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }],
        }),
        response: answers({
          200: rpcMessage.meta({ examples: [{ jsonrpc: '2.0', id: 1, result: { tools: [] } }] }),
        }),
      },
      preValidation: async ({ body }) => {
        if (!Array.isArray(body)) return;
        throw new VX11Error(
          'bad_request',
          'Send one JSON-RPC message per POST: batches are refused.',
        );
      },
      handler: async (request, reply) => {
        const { serve } = await (loading ??= load());
        const agent: AgentRequest = {
          caller: callerOf(request),
          correlationId: request.id,
          narrowing: narrowingOf(request.query),
          origin: originOf(request),
          request,
        };
        reply.hijack();
        for (const [name, value] of Object.entries(reply.getHeaders())) {
          if (value !== undefined) reply.raw.setHeader(name, value);
        }
        const given = { authInfo: authInfoOf(agent), parsedBody: request.body };
        await serve([request.raw, reply.raw], given, agent);
        return reply as never;
      },
    });
  };

/** The Model Context Protocol, for agents. */
export const mcpRoutes: Routes = (context) =>
  mountMcp('/mcp', context.config, async () =>
    (await import('./serve.ts')).createMcpServer(context),
  );
