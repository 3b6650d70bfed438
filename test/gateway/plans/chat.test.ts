import { person } from '../../domain/samples.ts';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { VX11Error } from '../../../contracts/errors.ts';
import { freePort } from '../../stack/temporal.ts';
import { createMadrePort, type MadrePort } from '../../../gateway/madre/client.ts';
import { beat } from '../fixture.ts';
import { replyOf, startPlanFixture, type PlanFixture } from './plan-fixture.ts';

let fixture: PlanFixture;
beforeAll(async () => void (fixture = await startPlanFixture()));
afterAll(() => fixture.close());

describe('a chat message', () => {
  test('goes to madre with its caller, and madre’s answer comes back', async () => {
    const { status, body } = await fixture.post('/madre/chat', {
      message: 'hello',
      session_id: 'desk',
      dry_run: true,
    });
    expect([status, body.response]).toEqual([200, 'heard: hello']);
    expect(fixture.heard.at(-1)).toMatchObject({
      source: 'chat',
      actor: 'a operator',
      scope: 'operator',
      session_id: 'desk',
      dry_run: true,
      as_task: false,
    });
    expect(body).not.toHaveProperty('error');
    expect(body).not.toHaveProperty('reasoning');
  });

  test('by v3 shows the reasoning if the caller asks for it', async () => {
    const ask = (require_reasoning?: boolean) =>
      fixture.post('/madre/v3/chat', {
        user_input: 'why',
        ...(require_reasoning && { require_reasoning }),
      });
    expect((await ask(true)).body.reasoning).toBe('because');
    expect((await ask()).body.reasoning).toBeNull();
  });

  test.each(['/operator/chat', '/operator/chat/ask'])('by %s names who answered', async (url) => {
    const { body } = await fixture.post(url, { message: 'hi', user_id: 'u', metadata: { a: 1 } });
    expect(body).toMatchObject({ answered_by: 'madre', degraded: false, response: 'heard: hi' });
    expect(fixture.heard.at(-1)).toMatchObject({
      source: 'operator',
      context: { a: 1, user_id: 'u' },
    });
  });

  test('to an operator is whole while switch is awake, too', async () => {
    const lease = { window_id: 'window-00000002', host: 'box', service: 'switch', is_open: true };
    await fixture.store.leases.reserve(lease.window_id, [{ ...lease, deadline: null }], 1);
    const { body } = await fixture.post('/operator/chat', { message: 'hi' });
    expect(body).toMatchObject({ answered_by: 'madre', degraded: false, warnings: [] });
    await fixture.store.leases.release(lease.window_id);
  });

  test.each([
    ['/madre/chat', { message: '' }],
    ['/madre/chat', { message: 'x'.repeat(4001) }],
    ['/madre/chat', { message: 'x', session_id: 'a b' }],
    ['/madre/chat', { message: 'x', risk: 'LOW' }],
    ['/madre/chat', { message: 'x', confirmed: true }],
    ['/madre/v3/chat', { message: 'x' }],
    ['/operator/chat', { message: 'x', owner: 'me' }],
    ['/vx11/intent', {}],
    ['/vx11/intent', { text: 'x', priority: 'P9' }],
    ['/madre/control', { target: 'web' }],
    ['/madre/control', { target: 'web', action: 'stop', risk: 'LOW' }],
  ])('B47: %s %o is 422', async (url, body) => {
    const answer = await fixture.post(url, body);
    expect([answer.status, answer.body.error]).toEqual([422, 'invalid']);
  });

  test('of another caller belongs to another session: callers cannot read each other’s sessions', async () => {
    const digest = () => ({ mode: 'MADRE' as const, topic: 'chat' as const, summary: 's' });
    const turn = {
      at: 1,
      actor: 'eve',
      message: 'secret',
      response: '',
      status: 'DONE' as const,
      intent_id: null,
      plan_id: null,
    };
    await fixture.store.sessions.append(person('eve'), 'hers', turn, digest);
    const answer = await fixture.get('/operator/session/hers');
    expect([answer.status, answer.body.error]).toEqual([404, 'session_not_found']);
    await fixture.store.sessions.append(
      { name: 'a operator', principal: (await fixture.store.tokens.list())[0]!.token_id },
      'mine',
      { ...turn, actor: 'a operator' },
      digest,
    );
    expect((await fixture.get('/operator/session/mine')).body).toMatchObject({
      message_count: 1,
      summary: 's',
    });
  });
});

test('madre’s status is read from the store', async () => {
  const { body } = await fixture.get('/madre/status');
  expect(body).toMatchObject({ module: 'madre', status: 'ok', mode: 'solo_madre', llm: null });
});

describe('while madre is down', () => {
  const aloneWith = async (madre: Parameters<typeof startPlanFixture>[0]) => {
    const alone = await startPlanFixture(madre);
    onTestFinished(() => alone.close());
    return alone;
  };
  let away: { madre: { chat: MadrePort['chat'] } };
  beforeAll(async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    away = { madre: { chat: createMadrePort(url, 'k'.repeat(32)).chat } };
  });

  test('the gateway answers itself by the same rules, and says so', async () => {
    const alone = await aloneWith(away);
    const status = await alone.post('/madre/chat', { message: 'is web up?', session_id: 'desk' });
    expect(status.body).toMatchObject({
      status: 'DONE',
      degraded: true,
      intent_id: null,
      plan_id: null,
      session_id: 'desk',
      targets: ['web'],
      warnings: ['madre_unavailable'],
      response: expect.stringMatching(/1 service asleep by policy \(web\)/),
    });
    const said = async (message: string): Promise<string> =>
      (await alone.post('/madre/chat', { message })).body.response;
    expect(await said('help')).toMatch(/for example/i);
    expect(await said('abre web')).toMatch(/no se empezó nada/);
    expect(await said('is web up on mars?')).toMatch(/mars is not a known host; known hosts: box/);
    const open = await alone.post('/operator/chat', { message: 'open web for 5 minutes' });
    expect(open.body).toMatchObject({
      status: 'ERROR',
      answered_by: 'gateway',
      response: expect.stringMatching(/nothing was started/),
    });
    const drop = await alone.post('/madre/chat', { message: 'delete web' });
    expect(drop.body.warnings).toContain('destructive_intent_detected');
  });

  test('a chat with a hanging madre ends with an error, which says that the request may still be carried out', async () => {
    const server = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => {
      server.closeAllConnections();
      server.close();
    });
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const alone = await aloneWith({ madre: { chat: createMadrePort(url, 'k'.repeat(32)).chat } });
    const { body } = await alone.post('/madre/chat', { message: 'open web' });
    expect(body).toMatchObject({
      status: 'ERROR',
      degraded: true,
      response: expect.stringMatching(/may still be carried out/),
    });
  });

  test('a gateway without a key does not call madre, and still answers', async () => {
    const alone = await aloneWith({ madre: { chat: createMadrePort('http://127.0.0.1:1').chat } });
    expect((await alone.post('/madre/chat', { message: 'status' })).body).toMatchObject({
      status: 'DONE',
      degraded: true,
    });
  });

  test('and the store too, a chat is still answered', async () => {
    const alone = await aloneWith({
      ...away,
      deps: {
        store: () => {
          throw new VX11Error('store_unavailable', 'away');
        },
      },
    });
    const { adminToken } = await import('../fixture.ts');
    const { status, body } = await alone.post('/madre/chat', { message: 'status' }, adminToken);
    expect([status, body.degraded]).toEqual([200, true]);
  });
});

test('B14: a duplicate key, or another content type, is refused', async () => {
  const send = (payload: string, type: string) =>
    fixture.inject({
      method: 'POST',
      url: '/madre/chat',
      payload,
      headers: { 'x-vx11-token': fixture.operator, 'content-type': type },
    });
  expect(
    (await send('{"message":"a","message":"delete web"}', 'application/json')).statusCode,
  ).toBe(400);
  expect((await send('message=a', 'application/x-www-form-urlencoded')).statusCode).toBe(415);
  expect(replyOf(fixture.heard[0]!).response).not.toContain('delete');
  await beat(fixture.store);
});
