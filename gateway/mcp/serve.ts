import {
  createMcpHandler,
  type McpRequestContext,
  type Server,
  type ServerContext,
} from '@modelcontextprotocol/server';
import type { GatewayContext } from '../context.ts';
import { createPlanControl } from '../plans/control.ts';
import { agentIn, type AgentRequest } from './agent-request.ts';
import { createElicitation } from './confirm/elicit.ts';
import { createHideSecrets } from './content/clean.ts';
import { createDirectCalls } from './direct/calls.ts';
import { plainCall } from './direct/plain-call.ts';
import { createListening } from './listen/serve-listen.ts';
import { serveNode } from './node-handler.ts';
import type { McpEndpoint } from './routes.ts';
import { serverFor } from './server.ts';

/** The MCP server over the gateway's reads and proposals. Loaded with the first call: the SDK costs 33 MB. */
export function createMcpServer(context: GatewayContext): McpEndpoint {
  const onerror = (error: Error): void =>
    context.logger.debug({ err: error }, 'an MCP request was refused');
  const agentOf = ({ http, mcpReq }: ServerContext): AgentRequest =>
    agentIn(http?.authInfo) ?? direct.agentOf(mcpReq.id);
  const parts = {
    context,
    plans: createPlanControl(context),
    hide: createHideSecrets(context.config),
    elicitation: createElicitation(context.config.stateKey, agentOf),
    agentOf,
  };
  const factory = ({ era }: McpRequestContext): Server => serverFor(era, parts);
  const direct = createDirectCalls(factory, onerror);
  const handler = createMcpHandler(factory, { onerror });
  const listening = createListening(context, factory);
  return {
    async serve(exchange, given, agent) {
      const call = plainCall(exchange[0].headers, given.parsedBody);
      if (call !== null) return direct.serve(exchange[1], call, agent);
      const { method } = given.parsedBody as { method?: unknown };
      if (method === 'subscriptions/listen') return listening.serve(exchange, given, agent);
      return serveNode(handler, exchange, given);
    },
    async close() {
      listening.close();
      await Promise.all([direct.close(), handler.close()]);
    },
  };
}
