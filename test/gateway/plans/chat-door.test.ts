import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { pino } from 'pino';
import { expect, onTestFinished, test } from 'vitest';
import { madreChatCall, type OnChatPart, type MadreChatReply } from '../../../contracts/chat.ts';
import { VX11Error } from '../../../contracts/errors.ts';
import { createMadrePort } from '../../../gateway/madre/client.ts';
import { internalLines } from '../../../platform/internal-key.ts';
import { serveHealth } from '../../../workers/health-server.ts';
import { internalCall, internalRoutes } from '../../../workers/internal-http.ts';
import { readChatEvents, type EventReader } from '../streams/on-event.ts';
import { replyOf, startPlanFixture } from './plan-fixture.ts';

const key = 'k'.repeat(32);

type Say = (message?: string) => Promise<EventReader>;
const text = (delta: string) => ({ event: 'text', data: { delta } }) as const;

/** A gateway that calls its madre over HTTP at this local port. */
const gatewayOf = async (port: number): Promise<Say> => {
  const { chat } = createMadrePort(`http://127.0.0.1:${port}`, key);
  const gateway = await startPlanFixture({ madre: { chat } });
  onTestFinished(() => gateway.close());
  const url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  return (message = 'open web') =>
    readChatEvents(`${url}/madre/chat`, gateway.operator, { message });
};
/** A madre that answers with what `serve` writes. */
const over = async (serve: Parameters<typeof createServer>[1]): Promise<Say> => {
  const server = createServer(serve);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return gatewayOf((server.address() as AddressInfo).port);
};
/** madre's real server, with `chat` as its handler. */
const door = async (
  chat: (onPart: OnChatPart, reply: MadreChatReply) => Promise<MadreChatReply>,
  onGone = (): void => undefined,
) => {
  const calls = {
    '/chat': internalCall(madreChatCall, (call, onPart) =>
      chat(onPart as OnChatPart, replyOf(call)),
    ),
  };
  const routes = internalRoutes(calls, key, pino({ level: 'silent' }));
  const health = () => ({ status: 'ok', module: 'madre', version: '0' }) as const;
  const server = await serveHealth({ host: '127.0.0.1', port: 0 }, health, {
    routes(app) {
      app.addHook('onRequest', async (_request, { raw }) => void raw.on('close', onGone));
      routes(app);
    },
  });
  onTestFinished(() => server.close());
  return gatewayOf(server.port);
};
/** A madre that sends a valid first line, and then what `then` writes. */
const lines = (then: (response: ServerResponse) => void) =>
  over((_, response) => {
    response.writeHead(200, { 'content-type': internalLines });
    response.write(`${JSON.stringify({ part: text('one') })}\n`, () => then(response));
  });

test('each part arrives as soon as it is sent, whatever its bytes', async () => {
  const more = Promise.withResolvers<void>();
  const say = await door(async (onPart, reply) => {
    onPart(text('¿Qué '));
    await more.promise;
    onPart(text('tal? 🎛️\n'));
    return reply;
  });
  const talk = await say();
  await expect.poll(() => talk.events).toEqual([text('¿Qué ')]);
  more.resolve();
  expect(await talk.ended).toMatchObject([
    text('¿Qué '),
    text('tal? 🎛️\n'),
    { event: 'answer', data: { response: 'heard: open web', degraded: false } },
  ]);
});

test('a line is parsed the same however it is split', async () => {
  const say = await over((_, response) => {
    response.writeHead(200, { 'content-type': internalLines });
    const part = Buffer.from(`${JSON.stringify({ part: text('señal 🎛️') })}\n`);
    const reply = replyOf({ message: 'x', session_id: 'desk', correlation_id: 'c-1' } as never);
    const last = Buffer.from(`${JSON.stringify({ answer: { status: 200, body: reply } })}\n`);
    const bytes = Buffer.concat([part, last]);
    let at = 0;
    const next = (): void => {
      if (at >= bytes.length) return void response.end();
      response.write(bytes.subarray(at, (at += 7)), () => setImmediate(next));
    };
    next();
  });
  expect(await (await say()).ended).toMatchObject([text('señal 🎛️'), { event: 'answer' }]);
});

test.each<[string, (response: ServerResponse) => void]>([
  ['breaks the connection', (response) => response.destroy()],
  ['ends without an answer', (response) => response.end()],
  ['sends a line that is not JSON', (response) => response.end('oops\n')],
  ['sends an unknown part', (response) => response.end('{"part":{"event":"hack"}}\n')],
  ['sends nothing more', () => undefined],
  [
    'answers 500',
    (response) => response.end('{"answer":{"status":500,"body":{"error":"internal"}}}\n'),
  ],
])('if madre %s, the gateway sends an answer event itself', async (_, then) => {
  const say = await lines(then);
  const events = await (await say()).ended;
  expect(events).toMatchObject([
    text('one'),
    {
      event: 'answer',
      data: {
        status: 'ERROR',
        degraded: true,
        warnings: ['madre_unavailable'],
        response: expect.stringMatching(/may still be carried out/) as string,
      },
    },
  ]);
});

test('a refusal of madre is the same as without events', async () => {
  const say = await door(async () => {
    throw new VX11Error('store_unavailable', 'away');
  });
  const events = await (await say('status')).ended;
  expect(events).toMatchObject([{ event: 'answer', data: { degraded: true } }]);
});

test('madre continues its work when the gateway disconnects', async () => {
  const [went, done] = [Promise.withResolvers<void>(), Promise.withResolvers<boolean>()];
  const say = await door(async (onPart, reply) => {
    onPart(text('one'));
    await went.promise;
    onPart(text('two'));
    done.resolve(true);
    return reply;
  }, went.resolve);
  const talk = await say();
  await talk.ended; // the gateway disconnects after 2.8 s
  expect(talk.events.map(({ event }) => event)).toEqual(['text', 'answer']);
  expect(await done.promise).toBe(true);
});
