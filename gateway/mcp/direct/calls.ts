import type { ServerResponse } from 'node:http';
import type {
  JSONRPCMessage,
  McpRequestContext,
  McpServerFactory,
  RequestId,
  Transport,
} from '@modelcontextprotocol/server';
import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { AgentRequest } from '../agent-request.ts';
import type { PlainCall } from './plain-call.ts';

type Era = McpRequestContext['era'];

interface Waiting {
  era: Era;
  agent: AgentRequest;
  /** Null if the connection ended first. */
  answer(message: object | null): void;
}

interface Connection {
  say(message: JSONRPCMessage): void;
  close(): Promise<void>;
}

/**
 * Serves plain calls over one connection of the SDK for each era, which stays: a server, a transport, a request and a response
 * of the web for each call cost three times as much as the call. The SDK still checks, dispatches and encodes every message.
 * Their ids are unique here, since many clients share the connection.
 */
export function createDirectCalls(factory: McpServerFactory, onerror: (error: Error) => void) {
  const waiting = new Map<RequestId, Waiting>();
  let last = 0;

  const connect = (era: Era): Connection => {
    const channel: Transport = {
      start: async () => undefined,
      async close() {
        delete connections[era]; // the next call makes a new one
        for (const one of waiting.values()) if (one.era === era) one.answer(null);
        channel.onclose?.();
      },
      async send(message) {
        // a plain call wants no notifications
        if (!('result' in message || 'error' in message) || message.id === undefined) return;
        waiting.get(message.id)?.answer(message);
      },
    };
    const { close } = serveStdio(factory, { transport: channel, onerror });
    return { close, say: (message) => channel.onmessage?.(message) };
  };
  // the first message of a connection decides its era
  const connections: Partial<Record<Era, Connection>> = {};

  return {
    /** Who sent the request with this id. */
    agentOf(id: RequestId): AgentRequest {
      const found = waiting.get(id);
      if (found === undefined) throw new Error('nobody waits for this request any more');
      return found.agent;
    },
    /** Answers one call. The end of the HTTP connection cancels it. */
    serve(
      response: ServerResponse,
      { era, message }: PlainCall,
      agent: AgentRequest,
    ): Promise<void> {
      if (response.destroyed) return Promise.resolve();
      const { say } = (connections[era] ??= connect(era));
      const id = (last += 1);
      return new Promise((resolve) => {
        const end = (): void => {
          waiting.delete(id);
          response.off('close', cancel);
          resolve();
        };
        const cancel = (): void => {
          end();
          const params = { requestId: id };
          say({ jsonrpc: '2.0', method: 'notifications/cancelled', params });
        };
        const answer: Waiting['answer'] = (answered) => {
          end();
          if (answered === null) {
            response.destroy();
            return;
          }
          response.setHeader('content-type', 'application/json');
          response.end(JSON.stringify({ ...answered, id: message.id }));
        };
        waiting.set(id, { era, agent, answer });
        response.once('close', cancel);
        say({ ...message, id });
      });
    },
    async close(): Promise<void> {
      await Promise.all(Object.values(connections).map((one) => one.close()));
    },
  };
}
