import {
  createMcpHandler,
  InMemoryServerEventBus,
  type McpServerFactory,
} from '@modelcontextprotocol/server';
import { errorCatalog, VX11Error } from '../../../contracts/errors.ts';
import type { GatewayContext } from '../../context.ts';
import { openMcp } from '../content/result.ts';
import { doorRefusal, isDoorOpen, untilDoorCloses } from '../door.ts';
import { serveNode, type Exchange, type Given } from '../node-handler.ts';
import { takePlace } from '../places.ts';
import type { AgentRequest } from '../agent-request.ts';
import { createResourceUpdates } from './resource-updates.ts';

/** The JSON-RPC error of what the gateway refuses: 1000 and the HTTP status. */
function refusal(id: unknown, error: unknown): Response {
  const known = error instanceof VX11Error ? error : new VX11Error('internal', 'It failed.');
  const { code, message } = known;
  const next = code === 'off_by_policy' ? ` Next: ${openMcp}.` : '';
  return Response.json({
    jsonrpc: '2.0',
    id: id ?? null,
    error: { code: 1000 + errorCatalog[code].status, message: message + next, data: { code } },
  });
}

/**
 * Serves `subscriptions/listen`: one stream for each, among the streams of this gateway. It ends in order, with a result, when
 * agents are no longer let in, the token has ended, or the gateway stops.
 */
export function createListening(context: GatewayContext, factory: McpServerFactory) {
  const bus = new InMemoryServerEventBus();
  const updates = createResourceUpdates(context, (uri) =>
    bus.publish({ kind: 'resource_updated', uri }),
  );
  const open = new Set<() => void>();

  const listen = async (exchange: Exchange, given: Given, request: AgentRequest['request']) => {
    if (!(await isDoorOpen(context))) throw await doorRefusal(context);
    const release = takePlace(context);
    const over = new AbortController();
    const handler = createMcpHandler(factory, { bus, keepAliveMs: context.config.streamBeatMs });
    const end = (): void => void handler.close();
    open.add(end);
    const watched = context.access.watch(request, end);
    try {
      const leave = await updates.follow();
      over.signal.addEventListener('abort', leave);
      untilDoorCloses(context, over.signal, end);
      await serveNode(handler, exchange, given);
    } finally {
      open.delete(end);
      watched.end();
      over.abort();
      release();
      end();
    }
  };
  return {
    async serve(exchange: Exchange, given: Given, { request }: AgentRequest): Promise<void> {
      try {
        await listen(exchange, given, request);
      } catch (error) {
        const { id } = given.parsedBody as { id?: unknown };
        await serveNode({ fetch: async () => refusal(id, error) }, exchange, given);
      }
    },
    close: () => open.forEach((end) => end()),
  };
}
