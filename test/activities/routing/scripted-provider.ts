import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pause } from '../../../platform/concurrency/pause.ts';
import { behaviours } from './behaviours.ts';

type Body = Record<string, unknown> & { model: string; stream?: boolean };

/** What a behaviour may do with one request. */
export interface Exchange {
  body: Body;
  headers: IncomingMessage['headers'];
  /** How often its model was asked before. */
  nth: number;
  /** Everything after a colon in the model's name. */
  argument: string;
  json(status: number, value: unknown, headers?: Record<string, string>): void;
  /** Begins a text/event-stream. */
  begin(): void;
  write(text: string): void;
  data(value: unknown): void;
  delta(delta: object, finish?: string | null, more?: object): void;
  done(): void;
  /** Ends the connection in the middle of what is sent. */
  cut(): Promise<void>;
  pause(ms: number): Promise<void>;
}

/** A provider whose behaviour is the name of the model, such as `429-seconds:30`; it counts what it saw. */
export interface ScriptedProvider {
  /** With `/v1`. */
  base: string;
  seen: {
    model: string;
    body: Body;
    headers: IncomingMessage['headers'];
    aborted_ms: number | null;
  }[];
  count(model: string): number;
  /** The most requests to a model at the same time. */
  mostAtOnce(model: string): number;
  close(): Promise<void>;
}

async function bodyOf(request: IncomingMessage): Promise<Body> {
  let text = '';
  for await (const piece of request) text += String(piece);
  return JSON.parse(text) as Body;
}

export async function startScriptedProvider(): Promise<ScriptedProvider> {
  const seen: ScriptedProvider['seen'] = [];
  const running = new Map<string, { now: number; most: number }>();
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method === 'GET') {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ object: 'list', data: [] }));
      return;
    }
    const body = await bodyOf(request);
    const { model } = body;
    const nth = seen.filter((one) => one.model === model).length;
    const note = { model, body, headers: request.headers, aborted_ms: null as number | null };
    seen.push(note);
    const counts = running.get(model) ?? { now: 0, most: 0 };
    running.set(model, counts);
    counts.now += 1;
    counts.most = Math.max(counts.most, counts.now);
    response.once('close', () => {
      counts.now -= 1;
      if (!response.writableEnded) note.aborted_ms = performance.now();
    });
    const [name, argument = ''] = model.split(':');
    const behaviour = behaviours[name!];
    if (behaviour === undefined) throw new Error(`no behaviour is called ${name}`);
    await behaviour(exchangeOf(response, { body, headers: request.headers, nth, argument }));
  };
  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      response.destroy(error as Error);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}/v1`,
    seen,
    mostAtOnce: (model) => running.get(model)?.most ?? 0,
    count: (model) => seen.filter((one) => one.model === model).length,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

function exchangeOf(
  response: ServerResponse,
  facts: Pick<Exchange, 'body' | 'headers' | 'nth' | 'argument'>,
): Exchange {
  const write = (text: string): void => void response.write(text);
  const data = (value: unknown): void => write(`data: ${JSON.stringify(value)}\n\n`);
  return {
    ...facts,
    json(status, value, headers = {}) {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(value));
    },
    begin() {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.flushHeaders();
    },
    write,
    data,
    delta: (delta, finish = null, more = {}) =>
      data({
        id: 'up-1',
        object: 'chat.completion.chunk',
        created: 1,
        model: facts.body.model,
        choices: [{ index: 0, delta, finish_reason: finish }],
        ...more,
      }),
    done() {
      write('data: [DONE]\n\n');
      response.end();
    },
    async cut() {
      // what was written must arrive first
      await pause(20);
      response.socket?.destroy();
    },
    pause: async (ms) => void (await pause(ms)),
  };
}
