import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** A request as the provider received it. */
export interface Received {
  path: string;
  headers: IncomingMessage['headers'];
  body: {
    model: string;
    messages: { role: string; content: unknown }[];
    system?: unknown;
    response_format?: unknown;
    stream?: boolean;
    stream_options?: unknown;
    tools?: { name: string }[];
  };
}

export type Reply = (response: ServerResponse, received: Received) => void;

/** A server on its own port that speaks the chat-completions and the messages protocol. */
export interface FakeProvider {
  url: string;
  received: Received[];
  /** The replies to the next requests, one each; the last one repeats. */
  replies: Reply[];
  close(): Promise<void>;
}

export async function startFakeProvider(...replies: Reply[]): Promise<FakeProvider> {
  const received: Received[] = [];
  const queue = [...replies];
  const server = createServer((request, response) => {
    let text = '';
    request.on('data', (chunk: Buffer) => (text += chunk.toString()));
    request.on('end', () => {
      const body = JSON.parse(text) as Received['body'];
      const got = { path: request.url ?? '', headers: request.headers, body };
      received.push(got);
      const reply = queue.length > 1 ? queue.shift() : queue[0];
      (reply ?? says('no reply is configured'))(response, got);
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/v1`,
    received,
    replies: queue,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

const json = (response: ServerResponse, status: number, body: unknown, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
};

interface More {
  reasoning?: string;
  /** Null leaves them out. */
  tokens?: [number, number] | null;
}

/** An answer in the protocol of the request: whole, or as a stream of one piece if that was requested. */
export const says =
  (text: string, more: More = {}): Reply =>
  (response, got) => {
    const { path, body } = got;
    if (body.stream === true) return streams([text], more)(response, got);
    const [tokensIn, tokensOut] = more.tokens ?? [100, 20];
    if (path.endsWith('/messages')) {
      json(response, 200, {
        id: 'msg_1',
        type: 'message',
        role: 'assistant',
        model: body.model,
        content: [{ type: 'text', text }],
        stop_reason: 'end_turn',
        stop_sequence: null,
        usage: { input_tokens: tokensIn, output_tokens: tokensOut },
      });
      return;
    }
    const reasoning = more.reasoning === undefined ? {} : { reasoning_content: more.reasoning };
    json(response, 200, {
      id: 'chatcmpl-1',
      object: 'chat.completion',
      created: 1,
      model: body.model,
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: text, ...reasoning },
          finish_reason: 'stop',
        },
      ],
      usage: {
        prompt_tokens: tokensIn,
        completion_tokens: tokensOut,
        total_tokens: tokensIn + tokensOut,
      },
    });
  };

interface StreamMore extends More {
  /** How it ends: normally, with a broken connection, with garbage bytes, with an error, or never. */
  end?: 'well' | 'cut' | 'garbage' | 'error' | 'never';
}

/**
 * A streamed answer in the protocol of the request. A promise among the pieces is awaited; a number is a pause in ms.
 */
export const streams =
  (pieces: readonly (string | number | Promise<unknown>)[], more: StreamMore = {}): Reply =>
  (response, { path, body }) => {
    const wire = path.endsWith('/messages') ? messagesWire(body) : completionsWire(body);
    const send = (text: string): Promise<void> =>
      new Promise((resolve) => void response.write(text, () => resolve()));
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.on('error', () => undefined);
    void (async () => {
      await send(wire.begin(more));
      for (const piece of pieces) {
        if (typeof piece === 'string') await send(wire.piece(piece));
        else if (typeof piece === 'number') await sleep(piece);
        else await piece;
        if (response.destroyed) return;
      }
      if (more.end === 'never') return;
      if (more.end === 'cut') response.destroy();
      else if (more.end === 'garbage') response.end('data: {"choices":7\n\n');
      else if (more.end === 'error') response.end(wire.error);
      else response.end(wire.end(more));
    })();
  };

interface Wire {
  begin(more: More): string;
  piece(text: string): string;
  end(more: More): string;
  error: string;
}

const block = (data: unknown, event?: string): string =>
  `${event === undefined ? '' : `event: ${event}\n`}data: ${JSON.stringify(data)}\n\n`;
const tokensOf = ({ tokens }: More): [number, number] | null =>
  tokens === undefined ? [100, 20] : tokens;

function completionsWire({ model }: Received['body']): Wire {
  const chunk = (delta: object, finish_reason: string | null = null): string =>
    block({
      id: 'chatcmpl-1',
      object: 'chat.completion.chunk',
      created: 1,
      model,
      choices: [{ index: 0, delta, finish_reason }],
    });
  return {
    begin: ({ reasoning }) =>
      chunk({ role: 'assistant', content: '' }) +
      (reasoning === undefined ? '' : chunk({ reasoning_content: reasoning })),
    piece: (content) => chunk({ content }),
    end(more) {
      const tokens = tokensOf(more);
      const usage = tokens && {
        prompt_tokens: tokens[0],
        completion_tokens: tokens[1],
        total_tokens: tokens[0] + tokens[1],
      };
      const reported = usage && block({ id: 'chatcmpl-1', model, choices: [], usage });
      return `${chunk({}, 'stop')}${reported ?? ''}data: [DONE]\n\n`;
    },
    error: block({ error: { message: 'overloaded', type: 'server_error' } }),
  };
}

/** If the request offers a tool that takes the JSON, the JSON is returned as a call of it. */
function messagesWire({ model, tools = [] }: Received['body']): Wire {
  const event = (type: string, more: object): string => block({ type, ...more }, type);
  const called = tools.some(({ name }) => name === 'json');
  const content_block = called
    ? { type: 'tool_use', id: 'toolu_1', name: 'json', input: {} }
    : { type: 'text', text: '' };
  const deltaOf = (text: string): object =>
    called ? { type: 'input_json_delta', partial_json: text } : { type: 'text_delta', text };
  return {
    begin(more) {
      const usage = { input_tokens: tokensOf(more)?.[0] ?? 0, output_tokens: 0 };
      const stop = { stop_reason: null, stop_sequence: null };
      const message = { id: 'msg_1', type: 'message', role: 'assistant', model, content: [] };
      return (
        event('message_start', { message: { ...message, ...stop, usage } }) +
        event('content_block_start', { index: 0, content_block })
      );
    },
    piece: (text) => event('content_block_delta', { index: 0, delta: deltaOf(text) }),
    end: (more) =>
      event('content_block_stop', { index: 0 }) +
      event('message_delta', {
        delta: { stop_reason: called ? 'tool_use' : 'end_turn', stop_sequence: null },
        usage: { output_tokens: tokensOf(more)?.[1] ?? 0 },
      }) +
      event('message_stop', {}),
    error: event('error', { error: { type: 'overloaded_error', message: 'overloaded' } }),
  };
}

/** An error that repeats part of the key, as providers do. */
export const fails =
  (status: number, headers: Record<string, string> = {}): Reply =>
  (response, { headers: sent }) =>
    json(
      response,
      status,
      { error: { message: `refused: ${sent.authorization}`, type: 'error', code: 'e' } },
      headers,
    );

/** Headers, and then nothing forever. */
export const hangs: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{');
};

/** The beginning of an answer, and then a broken connection. */
export const cutsOff =
  (begun = '{"id":', status = 200): Reply =>
  (response) => {
    const length = `${begun.length + 1000}`;
    response.writeHead(status, { 'content-type': 'application/json', 'content-length': length });
    response.write(begun);
    setTimeout(() => response.destroy(), 5);
  };

export const sends =
  (text: string, type = 'application/json'): Reply =>
  (response) =>
    void response.writeHead(200, { 'content-type': type }).end(text);
