import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { modernVersion, relay, type RpcMessage } from '../../client/mcp-relay.ts';
import type { Target } from '../../client/target.ts';
import { CommandFailed } from '../exit-code.ts';
import { createForms, handshakeOf, type Handshake } from './forms.ts';

/** The longest message, as for every body of the gateway. */
const mostCharacters = 256 * 1024;
/** Of sysexits: the command was used wrongly. */
const exitUsage = 64;

const invalid = (code: number, message: string) => ({
  jsonrpc: '2.0',
  id: null,
  error: { code, message },
});

function parse(line: string): RpcMessage | ReturnType<typeof invalid> {
  if (line.length > mostCharacters) return invalid(-32_600, 'A message has 256 KiB at most');
  try {
    const value = JSON.parse(line) as RpcMessage | null;
    if (typeof value === 'object' && !Array.isArray(value) && value?.jsonrpc === '2.0')
      return value;
    return invalid(-32_600, 'Send one JSON-RPC 2.0 message per line; batches are refused');
  } catch {
    return invalid(-32_700, 'This line is not JSON');
  }
}

/** The scope of the token; null while the gateway does not answer. */
async function scopeOf(target: Target, signal: AbortSignal): Promise<string | null> {
  let answer: { result?: { structuredContent?: { you?: { scope?: string } } } } = {};
  const meta = {
    'io.modelcontextprotocol/protocolVersion': modernVersion,
    'io.modelcontextprotocol/clientCapabilities': {},
  };
  const params = { name: 'vx11_status', arguments: { service: 'mcp' }, ['_meta']: meta };
  await relay(
    target,
    { jsonrpc: '2.0', id: 'scope', method: 'tools/call', params },
    { query: '', negotiated: null, signal, onMessage: (message) => (answer = message) },
  );
  return answer.result?.structuredContent?.you?.scope ?? null;
}

const mayBridge = (scope: string): boolean => scope === 'agent' || scope === 'viewer';

/**
 * Connects a program that speaks MCP over its standard streams to `POST /mcp`: one line in, one request out. Writes nothing
 * but JSON-RPC. Ends with the input.
 * Throws CommandFailed for a token that could do more than an agent may.
 */
export async function bridge(options: {
  target: Target;
  query: string;
  input: Readable;
  /** Writes one line. */
  write: (line: string) => void;
  signal: AbortSignal;
}): Promise<void> {
  const { target, query, input, write, signal } = options;
  const over = new AbortController();
  const ended = AbortSignal.any([signal, over.signal]);
  const underWay = new Map<RpcMessage['id'], AbortController>();
  let negotiated: string | null = null;
  let handshake: Handshake | null = null;
  let scope: string | null = null;
  let checking: Promise<void> | null = null;

  const check = async (): Promise<void> => {
    scope ??= await scopeOf(target, ended);
    checking = null;
    if (scope === null || mayBridge(scope)) return;
    const next = 'make one for this agent: vx11 mcp setup HOST';
    const message = `vx11 mcp takes tokens of scope agent or viewer; this one is ${scope}.\n  next: ${next}`;
    over.abort(new CommandFailed(exitUsage, message));
  };
  const admit = (): Promise<void> => (scope === null ? (checking ??= check()) : Promise.resolve());
  const say = (message: object): void => {
    const { result } = message as { result?: { protocolVersion?: unknown } };
    if (typeof result?.protocolVersion === 'string') negotiated = result.protocolVersion;
    if (!ended.aborted) write(JSON.stringify(message));
  };
  const forms = createForms(say);
  const take = async (message: RpcMessage): Promise<void> => {
    const { id, method, params } = message;
    if (method === undefined) return forms.answered(message);
    if (method === 'initialize') handshake = handshakeOf(params);
    if (method === 'notifications/cancelled') {
      underWay.get(params?.['requestId'] as RpcMessage['id'])?.abort();
      return;
    }
    const cancelled = new AbortController();
    if (id !== undefined) underWay.set(id, cancelled);
    await admit();
    const until = AbortSignal.any([ended, cancelled.signal]);
    const send = (sent: RpcMessage, onMessage: (message: object) => void): Promise<void> =>
      relay(target, sent, { query, negotiated, signal: until, onMessage });
    if (!until.aborted) {
      if (handshake !== null && method === 'tools/call' && id !== undefined) {
        await forms.call(message, handshake, until, send);
      } else await send(message, say);
    }
    if (underWay.get(id) === cancelled) underWay.delete(id);
  };

  void admit();
  const lines = createInterface({ input, crlfDelay: Infinity, signal: ended });
  lines.on('line', (line) => {
    if (line.trim() === '') return;
    const message = parse(line);
    if ('error' in message && message.id === null) say(message);
    else void take(message);
  });
  await new Promise<void>((resolve) => lines.once('close', resolve));
  const { reason } = over.signal as { reason: unknown };
  if (over.signal.aborted) throw reason;
  over.abort(); // nobody reads what is still under way
}
