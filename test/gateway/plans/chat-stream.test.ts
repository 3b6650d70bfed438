import { connect, type AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import type { OnChatPart, MadreChatReply } from '../../../contracts/chat.ts';
import { acceptsEvents } from '../../../gateway/http/negotiate.ts';
import type { MadrePort } from '../../../gateway/madre/client.ts';
import { hear, type Hearing } from '../streams/on-event.ts';
import { replyOf, startPlanStage, type Heard, type PlanStage } from './plan-fixture.ts';

/** How many callers a gateway has. */
const connections = ({ app }: PlanStage): Promise<number> =>
  promisify(app.server.getConnections.bind(app.server))();

/** What madre does with one message of a test. */
type Act = (hear: OnChatPart | undefined, reply: MadreChatReply) => Promise<MadreChatReply>;

let stage: PlanStage;
let url: string;
let act: Act;
let heard: Heard;
beforeEach(async () => {
  [act, heard] = [async (_, reply) => reply, []];
  const chat: MadrePort['chat'] = (call, tell) => {
    heard.push(call);
    return act(tell, replyOf(call));
  };
  stage = await startPlanStage({ madre: { chat }, config: { maxStreams: 2 } });
  url = await stage.app.listen({ host: '127.0.0.1', port: 0 });
});
afterEach(() => stage.close());

const text = (delta: string) => ({ event: 'text', data: { delta } }) as const;
const step = (status: 'RUNNING' | 'DONE') =>
  ({
    event: 'step',
    data: { plan_id: 'plan-00000001', step_id: 's1', type: 'OPEN_WINDOW', status, error: null },
  }) as const;
const listen = (body: object = { message: 'hello' }, headers = {}): Promise<Hearing> =>
  hear(`${url}/madre/chat`, stage.operator, body, headers);

describe('an answer by events', () => {
  test('tells words and steps when they come, and ends with exactly what the plain call answers', async () => {
    const more = Promise.withResolvers<void>();
    act = async (tell, reply) => {
      tell?.(text('hea'));
      if (tell) await more.promise;
      tell?.(text('rd: hello'));
      tell?.(step('RUNNING'));
      tell?.(step('DONE'));
      return reply;
    };
    const same = { 'x-correlation-id': 'the-same' };
    const talk = await listen({ message: 'hello', session_id: 'desk' }, same);
    await expect.poll(() => talk.events).toEqual([text('hea')]);
    more.resolve();
    const plain = await stage.inject({
      method: 'POST',
      url: '/madre/chat',
      payload: { message: 'hello', session_id: 'desk' },
      headers: { 'x-vx11-token': stage.operator, ...same },
    });
    expect(await talk.ended).toEqual([
      text('hea'),
      text('rd: hello'),
      step('RUNNING'),
      step('DONE'),
      { event: 'answer', data: plain.json() },
    ]);
    expect(heard[0]).toEqual(heard[1]);
    const { headers } = talk.response;
    expect(headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(headers.get('x-correlation-id')).toBe('the-same');
    expect(headers.get('cache-control')).toBe('no-store');
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });

  test('by v3 ends with its answer, reasoning and all', async () => {
    act = async (tell, reply) => {
      tell?.(text('heard'));
      return reply;
    };
    const talk = await hear(`${url}/madre/v3/chat`, stage.operator, {
      user_input: 'why',
      require_reasoning: true,
    });
    const events = await talk.ended;
    expect(events.map(({ event }) => event)).toEqual(['text', 'answer']);
    expect(events[1]!.data).toMatchObject({ response: 'heard: why', reasoning: 'because' });
    expect(events[1]!.data).not.toHaveProperty('error');
  });

  test('does not invite to send it again: a repeat would be another request', async () => {
    const answer = await stage.inject({
      method: 'POST',
      url: '/madre/chat',
      payload: { message: 'hello' },
      headers: { 'x-vx11-token': stage.operator, accept: 'text/event-stream' },
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
  ])('is for who prefers it: Accept: %s', async (accept, events) => {
    expect(acceptsEvents(accept)).toBe(events);
    const { headers } = await stage.inject({
      method: 'POST',
      url: '/madre/chat',
      payload: { message: 'hello' },
      headers: { 'x-vx11-token': stage.operator, ...(accept !== undefined && { accept }) },
    });
    expect(headers['content-type']).toBe(
      events ? 'text/event-stream; charset=utf-8' : 'application/json; charset=utf-8',
    );
  });
});

describe('what is refused before anything is said', () => {
  test.each([
    ['without a token', 401, 'auth_required', { message: 'x' }, { 'x-vx11-token': '' }],
    ['with a wrong one', 403, 'forbidden', { message: 'x' }, { 'x-vx11-token': 'wrong' }],
    ['with too little in it', 422, 'invalid', { message: '' }, {}],
    ['with more than is known', 422, 'invalid', { message: 'x', risk: 'LOW' }, {}],
    ['as a form', 415, 'unsupported_media', { message: 'x' }, { 'content-type': 'text/plain' }],
  ])('%s is a problem with its status', async (_, status, error, body, headers) => {
    const { response } = await listen(body, headers);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      status,
      'application/problem+json; charset=utf-8',
    ]);
    expect(await response.json()).toMatchObject({ error });
    expect(heard).toEqual([]);
  });

  test('for a viewer, or beyond the rate, is so too', async () => {
    const viewer = await stage.token('viewer');
    const { response } = await hear(`${url}/madre/chat`, viewer, { message: 'x' });
    expect([response.status, await response.json()]).toMatchObject([403, { error: 'scope' }]);
    const limits = {
      readsPerToken: 9,
      changesPerToken: 1,
      perAddress: 99,
      refusalsPerAddress: 99,
    };
    const strict = await startPlanStage({ config: { limits } });
    onTestFinished(() => strict.close());
    const base = await strict.app.listen({ host: '127.0.0.1', port: 0 });
    const once = await hear(`${base}/madre/chat`, strict.operator, { message: 'x' });
    expect((await once.ended).at(-1)?.event).toBe('answer');
    const twice = await hear(`${base}/madre/chat`, strict.operator, { message: 'x' });
    expect([twice.response.status, strict.heard.length]).toEqual([429, 1]);
  });

  test('beyond the streams that a gateway keeps open is not begun; a plain call is', async () => {
    const free = Promise.withResolvers<void>();
    act = async (tell, reply) => {
      tell?.(text('w'));
      if (tell) await free.promise;
      return reply;
    };
    const talks = await Promise.all([listen(), listen()]);
    const { response } = await listen();
    expect([response.status, await response.json()]).toMatchObject([
      503,
      { error: 'too_many_streams' },
    ]);
    expect(heard).toHaveLength(2);
    expect((await stage.post('/madre/chat', { message: 'plain' })).status).toBe(200);
    free.resolve();
    await Promise.all(talks.map(({ ended }) => ended));
    expect((await (await listen()).ended).at(-1)?.event).toBe('answer');
  });
});

describe('what goes wrong meanwhile', () => {
  const broken = { response: 7 } as unknown as MadreChatReply;

  test('after the first word is an event with the body of the problem; before it, the problem itself', async () => {
    act = async () => broken;
    const before = await listen();
    expect(before.response.status).toBe(500);
    const problem = (await before.response.json()) as object;
    expect(problem).toMatchObject({ error: 'internal', status: 500 });
    act = async (tell) => {
      tell?.(text('I am'));
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

  test('a listener who goes neither ends nor doubles what was begun', async () => {
    const [went, done] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    act = async (tell, reply) => {
      tell?.(text('one'));
      await went.promise;
      for (let n = 0; n < 100; n += 1) tell?.(text('x'.repeat(2000)));
      done.resolve();
      return reply;
    };
    const talk = await listen();
    await expect.poll(() => talk.events).toHaveLength(1);
    talk.leave();
    await talk.ended;
    await expect.poll(() => connections(stage)).toBe(0);
    went.resolve();
    await done.promise;
    expect(heard).toHaveLength(1);
    act = async (_, reply) => reply;
    for (let n = 0; n < 3; n += 1)
      expect((await (await listen()).ended).at(-1)?.event).toBe('answer');
  });

  test('one who does not read is cut, and holds no place once the answer is given', async () => {
    act = async (tell, reply) => {
      for (let n = 0; n < 2000; n += 1) tell?.(text('x'.repeat(2000)));
      return reply;
    };
    const body = JSON.stringify({ message: 'much' });
    const ask = `POST /madre/chat HTTP/1.1\r\nhost: localhost\r\nx-vx11-token: ${stage.operator}\r\naccept: text/event-stream\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`;
    const { port } = stage.app.server.address() as AddressInfo;
    for (let n = 1; n <= 3; n += 1) {
      const socket = connect(port, '127.0.0.1', () => socket.write(ask));
      socket.pause();
      onTestFinished(() => void socket.destroy());
      await expect.poll(() => heard.length).toBe(n);
    }
    await expect.poll(() => connections(stage)).toBe(0);
    act = async (_, reply) => reply;
    expect((await (await listen()).ended).at(-1)?.event).toBe('answer');
  });
});
