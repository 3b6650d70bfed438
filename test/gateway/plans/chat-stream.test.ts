import { connect, type AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { OnChatPart, MadreChatReply } from '../../../contracts/chat.ts';
import { acceptsEvents } from '../../../gateway/http/negotiate.ts';
import type { MadrePort } from '../../../gateway/madre/client.ts';
import { readChatEvents, type EventReader } from '../streams/on-event.ts';
import { replyOf, startPlanFixture, type MadreCalls, type PlanFixture } from './plan-fixture.ts';

/** How many callers a gateway has. */
const connections = ({ app }: PlanFixture): Promise<number> =>
  promisify(app.server.getConnections.bind(app.server))();

/** How madre handles the message of a test. */
type Act = (onPart: OnChatPart | undefined, reply: MadreChatReply) => Promise<MadreChatReply>;

let fixture: PlanFixture;
let url: string;
let act: Act;
let calls: MadreCalls;
beforeEach(async () => {
  [act, calls] = [async (_, reply) => reply, []];
  const chat: MadrePort['chat'] = (call, onPart) => {
    calls.push(call);
    return act(onPart, replyOf(call));
  };
  fixture = await startPlanFixture({ madre: { chat }, config: { maxStreams: 2 } });
  url = await fixture.app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => fixture.close());

const text = (delta: string) => ({ event: 'text', data: { delta } }) as const;
const step = (status: 'RUNNING' | 'DONE') =>
  ({
    event: 'step',
    data: { plan_id: 'plan-00000001', step_id: 's1', type: 'OPEN_WINDOW', status, error: null },
  }) as const;
const listen = (body: object = { message: 'hello' }, headers = {}): Promise<EventReader> =>
  readChatEvents(`${url}/madre/chat`, fixture.operator, body, headers);

describe('an answer by events', () => {
  test('sends words and steps as they arrive, and ends with the answer of the plain call', async () => {
    const more = Promise.withResolvers<void>();
    act = async (onPart, reply) => {
      onPart?.(text('hea'));
      if (onPart) await more.promise;
      onPart?.(text('rd: hello'));
      onPart?.(step('RUNNING'));
      onPart?.(step('DONE'));
      return reply;
    };
    const same = { 'x-correlation-id': 'the-same' };
    const talk = await listen({ message: 'hello', session_id: 'desk' }, same);
    await expect.poll(() => talk.events).toEqual([text('hea')]);
    more.resolve();
    const plain = await fixture.inject({
      method: 'POST',
      url: '/madre/chat',
      payload: { message: 'hello', session_id: 'desk' },
      headers: { 'x-vx11-token': fixture.operator, ...same },
    });
    expect(await talk.ended).toEqual([
      text('hea'),
      text('rd: hello'),
      step('RUNNING'),
      step('DONE'),
      { event: 'answer', data: plain.json() },
    ]);
    expect(calls[0]).toEqual(calls[1]);
    const { headers } = talk.response;
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(headers.get('x-correlation-id')).toBe('the-same');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('by v3 ends with its answer, including the reasoning', async () => {
    act = async (onPart, reply) => {
      onPart?.(text('heard'));
      return reply;
    };
    const talk = await readChatEvents(`${url}/madre/v3/chat`, fixture.operator, {
      user_input: 'why',
      require_reasoning: true,
    });
    const events = await talk.ended;
    expect(events.map(({ event }) => event)).toEqual(['text', 'answer']);
    expect(events[1]!.data).toMatchObject({ response: 'heard: why', reasoning: 'because' });
    expect(events[1]!.data).not.toHaveProperty('error');
  });

  test('has no retry or id field: a retry would be another request', async () => {
    const answer = await fixture.inject({
      method: 'POST',
      url: '/madre/chat',
      payload: { message: 'hello' },
      headers: { 'x-vx11-token': fixture.operator, accept: 'text/event-stream' },
    });
    expect(answer.body).toMatch(/^event: answer\ndata: /);
    expect(answer.body).not.toMatch(/^(retry|id):/m);
  });

  test.each<[string | undefined, boolean]>([
    ['text/event-stream', true],
    ['Text/Event-Stream; charset=utf-8', true],
    ['text/event-stream, */*', true],
    ['text/event-stream, application/json;q=0.9', true],
    ['application/json, text/event-stream', false],
    ['text/event-stream;q=0', false],
    ['text/event-stream;q=0.5, application/json', false],
    ['text/event-streams', false],
    ['*/*', false],
    ['', false],
    [undefined, false],
  ])('is sent if the caller prefers it: Accept: %s', async (accept, events) => {
    expect(acceptsEvents(accept)).toBe(events);
    const { headers } = await fixture.inject({
      method: 'POST',
      url: '/madre/chat',
      payload: { message: 'hello' },
      headers: { 'x-vx11-token': fixture.operator, ...(accept !== undefined && { accept }) },
    });
    expect(headers['content-type']).toBe(
      events ? 'text/event-stream; charset=utf-8' : 'application/json; charset=utf-8',
    );
  });
});

describe('a chat with events', () => {
  test.each([
    ['without a token', 401, 'auth_required', { message: 'x' }, { 'x-vx11-token': '' }],
    ['with a wrong one', 403, 'forbidden', { message: 'x' }, { 'x-vx11-token': 'wrong' }],
    ['with an empty message', 422, 'invalid', { message: '' }, {}],
    ['with an unknown field', 422, 'invalid', { message: 'x', risk: 'LOW' }, {}],
    ['as a form', 415, 'unsupported_media', { message: 'x' }, { 'content-type': 'text/plain' }],
  ])('%s is refused with a problem and its status', async (_, status, error, body, headers) => {
    const { response } = await listen(body, headers);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
    ]);
    expect(await response.json()).toMatchObject({ error });
    expect(calls).toEqual([]);
  });

  test('for a viewer, or beyond the rate, is refused too', async () => {
    const viewer = await fixture.token('viewer');
    const { response } = await readChatEvents(`${url}/madre/chat`, viewer, { message: 'x' });
    expect([response.status, await response.json()]).toMatchObject([403, { error: 'scope' }]);
    const limits = {
      readsPerToken: 9,
      changesPerToken: 1,
      proposalsPerToken: 9,
      perAddress: 99,
      refusalsPerAddress: 99,
    };
    const strict = await startPlanFixture({ config: { limits } });
    onTestFinished(() => strict.close());
    const base = await strict.app.listen({ host: '127.0.0.1', port: 0 });
    const once = await readChatEvents(`${base}/madre/chat`, strict.operator, { message: 'x' });
    expect((await once.ended).at(-1)?.event).toBe('answer');
    const twice = await readChatEvents(`${base}/madre/chat`, strict.operator, { message: 'x' });
    expect([twice.response.status, strict.heard.length]).toEqual([429, 1]);
  });

  test('over the cap of streams does not reach madre; a plain call does', async () => {
    const free = Promise.withResolvers<void>();
    act = async (onPart, reply) => {
      onPart?.(text('w'));
      if (onPart) await free.promise;
      return reply;
    };
    const talks = await Promise.all([listen(), listen()]);
    const { response } = await listen();
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { error: 'too_many_streams' },
    ]);
    expect(calls).toHaveLength(2);
    expect((await fixture.post('/madre/chat', { message: 'plain' })).status).toBe(200);
    free.resolve();
    await Promise.all(talks.map(({ ended }) => ended));
    expect((await (await listen()).ended).at(-1)?.event).toBe('answer');
  });
});

describe('while an answer is streamed', () => {
  const broken = { response: 7 } as unknown as MadreChatReply;

  test('a failure is an error event with the problem after the first event, and a plain problem before it', async () => {
    act = async () => broken;
    const before = await listen();
    expect(before.response.status).toBe(500);
    const problem = (await before.response.json()) as object;
    expect(problem).toMatchObject({ error: 'internal', status: 500 });
    act = async (onPart) => {
      onPart?.(text('I am'));
      return broken;
    };
    const talk = await listen();
    const events = await talk.ended;
    expect(events).toEqual([
      text('I am'),
      {
        event: 'error',
        data: { ...problem, correlation_id: talk.response.headers.get('x-correlation-id') },
      },
    ]);
  });

  test('a reader that disconnects neither ends nor repeats the chat', async () => {
    const [went, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    act = async (onPart, reply) => {
      onPart?.(text('one'));
      await went.promise;
      for (let n = 0; n < 100; n += 1) onPart?.(text('x'.repeat(2000)));
      done.resolve();
      return reply;
    };
    const talk = await listen();
    await expect.poll(() => talk.events).toHaveLength(1);
    talk.leave();
    await talk.ended;
    await expect.poll(() => connections(fixture)).toBe(0);
    went.resolve();
    await done.promise;
    expect(calls).toHaveLength(1);
    act = async (_, reply) => reply;
    for (let n = 0; n < 3; n += 1)
      expect((await (await listen()).ended).at(-1)?.event).toBe('answer');
  });

  test('it ends when its token is revoked, and the chat goes on', async () => {
    const [revoked, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    act = async (onPart, reply) => {
      onPart?.(text('one'));
      await revoked.promise;
      onPart?.(text('two'));
      done.resolve();
      return reply;
    };
    const talk = await listen();
    await expect.poll(() => talk.events).toHaveLength(1);
    const headers = { 'x-vx11-token': fixture.operator };
    const me = await fixture.inject({ url: '/vx11/session', headers });
    const { token_id } = me.json<{ token_id: string }>();
    await fixture.store.tokens.revoke(token_id, Date.now(), []);
    expect(await talk.ended).toEqual([text('one')]);
    revoked.resolve();
    await done.promise;
  });

  test('a reader that does not read is disconnected, and holds no place once the answer is given', async () => {
    act = async (onPart, reply) => {
      for (let n = 0; n < 2000; n += 1) onPart?.(text('x'.repeat(2000)));
      return reply;
    };
    const body = JSON.stringify({ message: 'much' });
    const ask = `POST /madre/chat HTTP/1.1\r\nhost: localhost\r\nx-vx11-token: ${fixture.operator}\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const { port } = fixture.app.server.address() as AddressInfo;
    for (let n = 1; n <= 3; n += 1) {
      const socket = connect(port, '127.0.0.1', () => socket.write(ask));
      socket.pause();
      onTestFinished(() => void socket.destroy());
      await expect.poll(() => calls.length).toBe(n);
    }
    await expect.poll(() => connections(fixture)).toBe(0);
    act = async (_, reply) => reply;
    expect((await (await listen()).ended).at(-1)?.event).toBe('answer');
  });
});
