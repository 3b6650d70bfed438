import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { VX11Error } from '../../../contracts/errors.ts';
import { freePort } from '../../stack/temporal.ts';
import { createMadrePort, type MadrePort } from '../../../gateway/madre/client.ts';
import { beat } from '../fixture.ts';
import { replyOf, startPlanStage, type PlanStage } from './plan-fixture.ts';

let stage: PlanStage;
beforeAll(async () => void (stage = await startPlanStage()));
afterAll(() => stage.close());

describe('what is said', () => {
  test('goes to madre with who says it, and her answer comes back', async () => {
    const { status, body } = await stage.post('/madre/chat', {
      message: 'hello',
      session_id: 'desk',
      dry_run: true,
    });
    expect([status, body.response]).toEqual([200, 'heard: hello']);
    expect(stage.heard.at(-1)).toMatchObject({
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

  test('by v3 shows the reasoning where it is asked for', async () => {
    const ask = (require_reasoning?: boolean) =>
      stage.post('/madre/v3/chat', {
        user_input: 'why',
        ...(require_reasoning && { require_reasoning }),
      });
    expect((await ask(true)).body.reasoning).toBe('because');
    expect((await ask()).body.reasoning).toBeNull();
  });

  test.each(['/operator/chat', '/operator/chat/ask'])('by %s says who answered', async (url) => {
    const { body } = await stage.post(url, { message: 'hi', user_id: 'u', metadata: { a: 1 } });
    expect(body).toMatchObject({ answered_by: 'madre', degraded: false, response: 'heard: hi' });
    expect(stage.heard.at(-1)).toMatchObject({
      source: 'operator',
      context: { a: 1, user_id: 'u' },
    });
  });

  test('to an operator while the switch is awake is answered by madre, who says that she stands in', async () => {
    const lease = { window_id: 'window-00000002', host: 'box', service: 'switch', is_open: true };
    await stage.store.leases.reserve(lease.window_id, [{ ...lease, deadline: null }], 1);
    const { body } = await stage.post('/operator/chat', { message: 'hi' });
    expect(body).toMatchObject({ degraded: true, warnings: ['switch: not_available_yet'] });
    await stage.store.leases.release(lease.window_id);
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
    const answer = await stage.post(url, body);
    expect([answer.status, answer.body.error]).toEqual([422, 'invalid']);
  });

  test('by somebody else is another session: nobody reads those of others', async () => {
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
    await stage.store.sessions.append('eve', 'hers', turn, digest);
    const answer = await stage.get('/operator/session/hers');
    expect([answer.status, answer.body.error]).toEqual([404, 'session_not_found']);
    await stage.store.sessions.append(
      'a operator',
      'mine',
      { ...turn, actor: 'a operator' },
      digest,
    );
    expect((await stage.get('/operator/session/mine')).body).toMatchObject({
      message_count: 1,
      summary: 's',
    });
  });
});

test('how madre is, is told from the store', async () => {
  const { body } = await stage.get('/madre/status');
  expect(body).toMatchObject({ module: 'madre', status: 'ok', mode: 'solo_madre', llm: null });
});

describe('while madre is away', () => {
  const aloneWith = async (madre: Parameters<typeof startPlanStage>[0]) => {
    const alone = await startPlanStage(madre);
    onTestFinished(() => alone.close());
    return alone;
  };
  let away: { madre: { chat: MadrePort['chat'] } };
  beforeAll(async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    away = { madre: { chat: createMadrePort(url, 'k'.repeat(32)).chat } };
  });

  test('the gateway answers by itself, by the same rules, and says so', async () => {
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

  test('a chat with a madre that hangs ends with an error, which says what may still happen', async () => {
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

  test('a gateway without a key asks nobody, and answers all the same', async () => {
    const alone = await aloneWith({ madre: { chat: createMadrePort('http://127.0.0.1:1').chat } });
    expect((await alone.post('/madre/chat', { message: 'status' })).body).toMatchObject({
      status: 'DONE',
      degraded: true,
    });
  });

  test('and the store too, chat still answers', async () => {
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

test('B14: a key twice, or a foreign content type, is no chat', async () => {
  const send = (payload: string, type: string) =>
    stage.inject({
      method: 'POST',
      url: '/madre/chat',
      payload,
      headers: { 'x-vx11-token': stage.operator, 'content-type': type },
    });
  expect(
    (await send('{"message":"a","message":"delete web"}', 'application/json')).statusCode,
  ).toBe(400);
  expect((await send('message=a', 'application/x-www-form-urlencoded')).statusCode).toBe(415);
  expect(replyOf(stage.heard[0]!).response).not.toContain('delete');
  await beat(stage.store);
});
