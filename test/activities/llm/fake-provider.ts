import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as a provider got it. */
export interface Received {
  path: string;
  headers: IncomingMessage['headers'];
  body: {
    model: string;
    messages: { role: string; content: unknown }[];
    system?: unknown;
    response_format?: unknown;
  };
}

export type Reply = (response: ServerResponse, received: Received) => void;

/** A server on a port of its own that speaks the chat-completions and the messages protocol. */
export interface FakeProvider {
  url: string;
  received: Received[];
  /** What the next requests get, one each; the last one stays. */
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
      (reply ?? says('nobody said what to answer'))(response, got);
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

/** An answer in the form of whichever protocol was spoken. */
export const says =
  (text: string, more: { reasoning?: string; tokens?: [number, number] } = {}): Reply =>
  (response, { path, body }) => {
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

/** As providers do, it repeats part of the key in what it says. */
export const fails =
  (status: number, headers: Record<string, string> = {}): Reply =>
  (response, { headers: sent }) =>
    json(
      response,
      status,
      { error: { message: `refused: ${sent.authorization}`, type: 'error', code: 'e' } },
      headers,
    );

/** Headers, and then nothing for ever. */
export const hangs: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  response.write('{');
};

export const cutsOff: Reply = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"id":');
  setTimeout(() => response.destroy(), 5);
};

export const sends =
  (text: string, type = 'application/json'): Reply =>
  (response) =>
    void response.writeHead(200, { 'content-type': type }).end(text);
