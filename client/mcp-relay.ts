import { readMessages } from './sse-messages.ts';
import type { Target } from './target.ts';

/** A JSON-RPC message, as far as a relay looks at it. */
export interface RpcMessage {
  jsonrpc: '2.0';
  id?: string | number | null;
  method?: string;
  params?: Record<string, unknown>;
}

/** The revision that names itself in every request; its requests repeat some of their members as headers. */
const versionKey = 'io.modelcontextprotocol/protocolVersion';
export const modernVersion = '2026-07-28';
const named: Record<string, string> = {
  'tools/call': 'name',
  'prompts/get': 'name',
  'resources/read': 'uri',
};

/** Codes of our own, outside of the ranges of JSON-RPC and MCP: 1000 and the HTTP status. */
const codeOf = (status: number): number => 1000 + status;

function headersOf({ method = '', params = {} }: RpcMessage, negotiated: string | null) {
  const meta = params['_meta'] as Record<string, unknown> | undefined;
  const version = meta?.[versionKey];
  if (typeof version !== 'string') {
    return negotiated === null ? {} : { 'mcp-protocol-version': negotiated };
  }
  const name = params[named[method] ?? ''];
  return {
    'mcp-protocol-version': version,
    'mcp-method': method,
    ...(typeof name === 'string' && { 'mcp-name': name }),
  };
}

const failed = (id: RpcMessage['id'], code: number, message: string) => ({
  jsonrpc: '2.0' as const,
  id: id ?? null,
  error: { code, message },
});

/** What a problem of the gateway says, for a client that knows JSON-RPC only. */
async function refusalOf(answer: Response, id: RpcMessage['id']): Promise<object> {
  const body = (await answer.json().catch(() => null)) as {
    error?: unknown;
    detail?: string;
  } | null;
  if (typeof body?.error === 'object') return body; // an error of the protocol itself
  const what = typeof body?.error === 'string' ? `${body.error}: ${body.detail ?? ''}` : '';
  return failed(id, codeOf(answer.status), what || `the gateway answered ${answer.status}`);
}

/**
 * Sends one message to the gateway and hands on every message of the answer. Never throws; an aborted request has no
 * answer.
 * @param query such as `?read_only=1`
 */
export async function relay(
  target: Target,
  message: RpcMessage,
  options: {
    query: string;
    /** The revision that the client agreed on with a handshake. */
    negotiated: string | null;
    signal: AbortSignal;
    onMessage: (message: object) => void;
  },
): Promise<void> {
  const { query, negotiated, signal, onMessage } = options;
  const isRequest = message.id !== undefined;
  try {
    const answer = await (target.send ?? fetch)(`${target.url}/mcp${query}`, {
      method: 'POST',
      redirect: 'error',
      signal,
      headers: {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        ...(target.token !== undefined && { 'x-vx11-token': target.token }),
        ...headersOf(message, negotiated),
      },
      body: JSON.stringify(message),
    });
    if (!answer.ok) {
      const refusal = await refusalOf(answer, message.id);
      if (isRequest) onMessage(refusal);
      return;
    }
    if (answer.body === null || answer.status === 202) return;
    if (answer.headers.get('content-type')?.startsWith('text/event-stream') === true) {
      for await (const { data } of readMessages(answer.body)) {
        if (data !== '') onMessage(JSON.parse(data) as object);
      }
      return;
    }
    onMessage((await answer.json()) as object);
  } catch {
    if (signal.aborted || !isRequest) return;
    const next = 'Start it with: vx11 up. Then call again; nothing was asked for';
    onMessage(
      failed(message.id, codeOf(503), `The gateway at ${target.url} cannot be reached. ${next}.`),
    );
  }
}
