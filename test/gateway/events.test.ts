import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EventRecord, NewEvent } from '../../contracts/event.ts';
import { adminToken, seedStack, startGateway, type Gateway } from './fixture.ts';

let gateway: Gateway;
let base: string;

beforeAll(async () => {
  gateway = await startGateway();
  await seedStack(gateway.store);
  await gateway.app.listen({ host: '127.0.0.1', port: 0 });
  base = `http://127.0.0.1:${(gateway.app.server.address() as AddressInfo).port}`;
});
afterAll(() => gateway.close());

const event = (change: Partial<NewEvent> = {}): NewEvent => ({
  type: 'window.open',
  at: Date.now(),
  actor: 'test',
  ...change,
});
const append = (...events: NewEvent[]) => gateway.store.events.append(events);

interface Received extends EventRecord {
  after: number;
}

/** Follows the stream until it is cut or `close` is called. */
async function follow(query = '', headers: Record<string, string> = {}, token = adminToken) {
  const cut = new AbortController();
  const response = await fetch(`${base}/vx11/events${query}`, {
    headers: { 'x-vx11-token': token, ...headers },
    signal: cut.signal,
  });
  const received: Received[] = [];
  const ended = (async () => {
    if (response.status !== 200) return;
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const blocks = text.split('\n\n');
      text = blocks.pop()!;
      for (const block of blocks) {
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data === undefined) continue;
        const record = JSON.parse(data) as EventRecord;
        expect(block).toContain(`id: ${record.seq}\nevent: ${record.type}\n`);
        received.push({ ...record, after: Date.now() - Date.parse(record.at) });
      }
    }
  })().catch(() => undefined);
  return { response, received, ended, close: () => cut.abort() };
}

test('each event reaches a reader within 100 ms, in order, once', async () => {
  const stream = await follow();
  expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
  expect(stream.response.headers.get('x-content-type-options')).toBe('nosniff');
  for (let nth = 0; nth < 20; nth += 1) {
    await append(event({ payload: { nth } }));
    await sleep(10 + 10 * (nth % 5));
  }
  await expect.poll(() => stream.received.length).toBe(20);
  expect(stream.received.map(({ payload }) => payload['nth'])).toEqual([...Array(20).keys()]);
  expect(Math.max(...stream.received.map(({ after }) => after))).toBeLessThan(100);
  stream.close();
});

test('a reader that comes back gets what it missed, then what happens', async () => {
  const from = await gateway.store.events.newest();
  await append(...Array.from({ length: 1200 }, (_, nth) => event({ payload: { nth } })));
  const replays = [
    await follow('', { 'last-event-id': String(from) }),
    await follow(`?since=${from}`),
    await follow(`?since=0`, { 'last-event-id': String(from) }),
  ];
  await append(event({ payload: { nth: 1200 } }));
  for (const stream of replays) {
    await expect.poll(() => stream.received.length).toBe(1201);
    const seqs = stream.received.map(({ seq }) => seq);
    expect(seqs).toEqual(Array.from({ length: 1201 }, (_, nth) => from + 1 + nth));
    stream.close();
  }
});

test('a stream can be for one window or one type', async () => {
  const window_id = 'window-00000000000000aa';
  const ofWindow = await follow(`?window_id=${window_id}`);
  const ofType = await follow('?type=engine.lost');
  await append(event(), event({ window_id }), event({ type: 'engine.lost' }));
  await expect.poll(() => ofWindow.received.length + ofType.received.length).toBe(2);
  expect(ofWindow.received).toMatchObject([{ window_id }]);
  expect(ofType.received).toMatchObject([{ type: 'engine.lost' }]);
  ofWindow.close();
  ofType.close();
});

test.each(['abc', '-1', '1.5', '1e3', '9'.repeat(40), '0x10'])(
  'B56: the Last-Event-ID %s is 400',
  async (id) => {
    const { response } = await follow('', { 'last-event-id': id });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'bad_event_id' });
  },
);

test('B56: an id beyond the newest starts with what happens next', async () => {
  const stream = await follow('?since=999999999');
  await append(event({ payload: { fresh: true } }));
  await expect.poll(() => stream.received.length).toBe(1);
  expect(stream.received[0]?.payload).toEqual({ fresh: true });
  stream.close();
});

test('B36: over the cap is 503 too_many_streams, and others are served', async () => {
  const streams = await Promise.all([1, 2, 3, 4].map(() => follow()));
  const { response } = await follow();
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBeTruthy();
  expect(await response.json()).toMatchObject({ error: 'too_many_streams' });
  expect((await fetch(`${base}/health`)).status).toBe(200);
  for (const stream of streams) stream.close();
  await expect
    .poll(async () => {
      const again = await follow();
      again.close();
      return again.response.status;
    })
    .toBe(200);
});
