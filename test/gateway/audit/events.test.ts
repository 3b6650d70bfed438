import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { NewEvent } from '../../../contracts/event.ts';
import { connectGateway } from '../../../client/gateway-client.ts';
import { readEvents } from '../../../client/event-stream.ts';
import { adminToken, startListening, type ListeningGateway } from '../fixture.ts';
import { follow as followEvents, type Follower } from '../streams/follow.ts';

let gateway: ListeningGateway;
beforeAll(async () => void (gateway = await startListening()));
afterAll(() => gateway.close());

const event = (change: Partial<NewEvent> = {}): NewEvent => ({
  type: 'window.open',
  at: Date.now(),
  actor: 'test',
  ...change,
});
const append = (...events: NewEvent[]) => gateway.store.events.append(events);

const follow = (query?: string, headers?: Record<string, string>) =>
  followEvents(gateway.base, query, headers);

test('each event reaches a reader, in order, once', async () => {
  const stream = await follow();
  expect(stream.response.headers.get('content-type')).toContain('text/event-stream');
  expect(stream.response.headers.get('x-content-type-options')).toBe('nosniff');
  for (let nth = 0; nth < 20; nth += 1) {
    await append(event({ payload: { nth } }));
    await sleep(10 + 10 * (nth % 5));
  }
  await expect.poll(() => stream.received.length).toBe(20);
  expect(stream.received.map(({ payload }) => payload['nth'])).toEqual([...Array(20).keys()]);
  stream.close();
});

test('a reader that reconnects gets the events that it missed, then new ones', async () => {
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

test('a stream can be limited to one window or one type', async () => {
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

test('several types fit one stream; an unknown one is refused', async () => {
  const stream = await follow('?type=engine.lost,engine.back');
  await append(event(), event({ type: 'engine.back' }), event({ type: 'engine.lost' }));
  await expect.poll(() => stream.received.length).toBe(2);
  expect(stream.received.map(({ type }) => type)).toEqual(['engine.back', 'engine.lost']);
  stream.close();
  for (const type of ['engine.lost,nonsense', 'engine.lost,', '']) {
    expect((await follow(`?type=${type}`)).response.status, type).toBe(422);
  }
});

test('a stream begins with hello, which has no id and names the ends of the log', async () => {
  const [first] = await gateway.store.events.after(0, 1);
  await append(event());
  const [last] = await gateway.store.events.after((await gateway.store.events.newest()) - 1, 1);
  const stream = await follow(`?since=999999999`);
  await expect.poll(() => stream.hello).not.toBeNull();
  expect(stream.hello).toMatchObject({
    newest: last!.seq,
    first_kept: first!.seq,
    head_hash: last!.hash,
    version: '0.0.0-test',
  });
  expect(Math.abs(Date.parse(stream.hello!.server_time) - Date.now())).toBeLessThan(5000);
  await append(event());
  await expect.poll(() => stream.received.length).toBe(1);
  expect(stream.received[0]!.prev_hash).toBe(last!.hash);
  stream.close();
});

test('the client of the CLI takes hello for no event', async () => {
  const cut = new AbortController();
  const client = connectGateway({ url: gateway.base, token: adminToken });
  const from = await gateway.store.events.newest();
  await append(event({ payload: { nth: 1 } }));
  for await (const { seq } of readEvents(client, { since: from }, cut.signal)) {
    expect(seq).toBe(from + 1);
    break;
  }
  cut.abort();
});

test.each(['abc', '-1', '1.5', '1e3', '9'.repeat(40), '0x10'])(
  'B56: the Last-Event-ID %s is 400',
  async (id) => {
    const { response } = await follow('', { 'last-event-id': id });
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: 'bad_event_id' });
  },
);

test('B56: an id beyond the newest event starts with the next event', async () => {
  const stream = await follow('?since=999999999');
  await append(event({ payload: { fresh: true } }));
  await expect.poll(() => stream.received.length).toBe(1);
  expect(stream.received[0]?.payload).toEqual({ fresh: true });
  stream.close();
});

test('B36: a stream over the cap is 503 too_many_streams, and the others are served', async () => {
  const streams = await Promise.all([1, 2, 3, 4].map(() => follow()));
  const { response } = await follow();
  expect(response.status).toBe(503);
  expect(response.headers.get('retry-after')).toBeTruthy();
  expect(await response.json()).toMatchObject({ error: 'too_many_streams' });
  expect((await fetch(`${gateway.base}/health`)).status).toBe(200);
  for (const stream of streams) stream.close();
  await expect
    .poll(async () => {
      const again = await follow();
      again.close();
      return again.response.status;
    })
    .toBe(200);
});

test('a caller that holds all places loses some to another caller, until both hold the same number', async () => {
  const streams: Follower[] = [];
  // one after the other, and again while the streams of another test are still being closed
  while (streams.length < 4) {
    const stream = await follow();
    if (stream.response.status === 200) streams.push(stream);
  }
  const viewer = await gateway.token('viewer');
  const other = () => followEvents(gateway.base, '', {}, viewer);
  const [first, second] = [await other(), await other()];
  expect([first, second].map(({ response }) => response.status)).toEqual([200, 200]);
  await Promise.all([streams[2]!.ended, streams[3]!.ended]);
  for (const late of [await other(), await follow()]) expect(late.response.status).toBe(503);
  await append(event({ payload: { all: true } }));
  for (const { received } of [streams[0]!, streams[1]!, first, second]) {
    await expect.poll(() => received.length).toBe(1);
  }
  for (const stream of [...streams, first, second]) stream.close();
});
