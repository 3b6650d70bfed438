import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { NoticeMessage } from '../../../contracts/notice-message.ts';
import { readNotify } from '../../../domain/notices/read-notify.ts';
import { vx11 } from '../../cli/fixture.ts';
import { aService } from '../../domain/samples.ts';
import { adminToken, beat, catalog, startGateway, type Gateway } from '../fixture.ts';

const source = {
  channels: [
    { name: 'phone', type: 'ntfy', url: 'https://ntfy.sh', topic: 'home' },
    { name: 'wrong', type: 'slack', url: 'https://hooks.example/secret' },
  ],
  group: 'soon',
};

let gateway: Gateway;
let operator: string;
let url: string;
beforeAll(async () => {
  gateway = await startGateway();
  const known = { ...catalog([aService('web')]), notify: readNotify(source) };
  await gateway.store.services.saveCatalog(known, []);
  operator = await gateway.token('operator');
  url = await gateway.app.listen({ host: '127.0.0.1', port: 0 });
});
beforeEach(() => beat(gateway.store));
afterAll(() => gateway.close());

const call = (method: 'GET' | 'POST', path = '', payload?: object, token = operator) =>
  gateway.inject({
    method,
    url: `/vx11/notices${path}`,
    headers: { 'x-vx11-token': token },
    ...(payload !== undefined && { payload }),
  });
/** Ends what waits, as madre would. */
async function settle(status: 'sent' | 'dead', error: string | null): Promise<void> {
  for (const { id } of await gateway.store.messages.due('box', Date.now() + 1000))
    await gateway.store.messages.mark(id, { status, at: Date.now(), error, attempts: 1 });
}
const operatorStatus = async () => {
  const headers = { 'x-vx11-token': operator };
  const answer = await gateway.inject({ method: 'GET', url: '/operator/status', headers });
  return answer.json<{ components: Record<string, object> }>().components['notices'];
};

describe('channels', () => {
  test('are listed without secrets, and with what is wrong', async () => {
    const answer = await call('GET', '/channels');
    expect(answer.body).not.toContain('hooks.example/secret');
    const { channels, problems } = answer.json<{ channels: object[]; problems: string[] }>();
    expect(channels).toMatchObject([
      { name: 'phone', address: 'https://ntfy.sh/home', host: 'box', problems: [] },
      { name: 'wrong', problems: [expect.stringContaining('not written into')] },
    ]);
    expect(problems).toEqual([expect.stringContaining('x-vx11.notify.group')]);
  });

  test('are tested through the outbox, and a dead message is shown, counted and tried again', async () => {
    const tested = await call('POST', '/channels/phone/test', {});
    expect(tested.statusCode).toBe(202);
    const { message_id } = tested.json<NoticeMessage>();
    expect(tested.json()).toMatchObject({
      status: 'waiting',
      count: 1,
      notices: [{ type: 'test' }],
    });
    expect(await operatorStatus()).toEqual({ status: 'ok' });
    await settle('dead', 'the receiver answered 404');
    expect(await operatorStatus()).toEqual({
      status: 'degraded',
      reason:
        'messages could not be sent: 1 to phone on box; vx11 notify outbox --status dead says why',
    });
    expect((await call('GET', '?status=dead')).json()).toMatchObject({
      messages: [{ message_id, error: 'the receiver answered 404', attempts: 1 }],
      held: 0,
    });
    expect((await call('GET', '/channels')).json()).toMatchObject({ channels: [{ dead: 1 }, {}] });
    const retried = await call('POST', `/${message_id}/retry`);
    expect(retried.json()).toMatchObject({ status: 'waiting', attempts: 0 });
    await settle('sent', null);
    expect((await call('GET', '?channel=phone')).json()).toMatchObject({
      messages: [{ message_id, status: 'sent', error: null }],
    });
    expect((await call('POST', `/${message_id}/retry`)).json()).toMatchObject({
      error: 'notice_not_dead',
    });
  });

  test.each([
    ['/channels/nobody/test', 404, 'channel_not_found'],
    ['/channels/wrong/test', 409, 'channel_off'],
    ['/notice-00000000/retry', 404, 'notice_not_dead'],
  ])('%s is answered with %d %s', async (path, status, error) => {
    const answer = await call('POST', path, {});
    expect(answer.statusCode).toBe(status);
    expect(answer.json()).toMatchObject({ error });
  });

  test('of one name on several hosts are tested on the one that is named', async () => {
    const other = { ...catalog([aService('web')]), host: 'other', notify: readNotify(source) };
    const several = await startGateway();
    for (const one of [{ ...other, host: 'box' }, other])
      await several.store.services.saveCatalog(one, []);
    await beat(several.store);
    const headers = { 'x-vx11-token': await several.token('operator') };
    const post = (payload: object) =>
      several.inject({
        method: 'POST',
        url: '/vx11/notices/channels/phone/test',
        headers,
        payload,
      });
    const unclear = await post({});
    expect([unclear.statusCode, unclear.json()]).toMatchObject([
      422,
      { error: 'invalid', detail: expect.stringContaining('box, other') as string },
    ]);
    expect((await post({ host: 'other' })).statusCode).toBe(202);
    expect(await several.store.messages.due('other', Date.now() + 1000)).toHaveLength(1);
    expect(await several.store.messages.due('box', Date.now() + 1000)).toEqual([]);
    await several.close();
  });

  test('the outbox is read in pages, newest first', async () => {
    for (let nth = 0; nth < 3; nth += 1) await call('POST', '/channels/phone/test', {});
    const first = (await call('GET', '?limit=2')).json<{
      messages: NoticeMessage[];
      next_cursor: string;
    }>();
    expect(first.messages).toHaveLength(2);
    const next = await call('GET', `?limit=2&cursor=${first.next_cursor}`);
    const ids = [...first.messages, ...next.json<{ messages: NoticeMessage[] }>().messages];
    expect(new Set(ids.map((one) => one.message_id)).size).toBe(4);
    await settle('sent', null);
  });

  test('who may only read sends no test', async () => {
    const viewer = await gateway.token('viewer');
    expect((await call('POST', '/channels/phone/test', {}, viewer)).statusCode).toBe(403);
    expect((await call('GET', '', undefined, viewer)).statusCode).toBe(200);
  });
});

describe('vx11 notify', () => {
  const run = (...line: string[]) => vx11(line, { VX11_URL: url, VX11_TOKEN: adminToken });
  test('lists channels and the outbox', async () => {
    expect((await run('notify')).out).toMatch(/phone\s+ntfy\s+https:\/\/ntfy\.sh\/home/);
    expect((await run('notify', 'outbox')).out).toMatch(/notice-\w+\s+phone\s+sent/);
  });
  test.each([
    ['sent', null, 0, 'phone has the test message'],
    ['dead', 'the receiver answered 401', 1, 'phone: the receiver answered 401'],
  ] as const)('waits for a test that is %s', async (status, error, code, text) => {
    const ending = setInterval(() => void settle(status, error), 100);
    const done = await run('notify', 'test', 'phone');
    clearInterval(ending);
    expect(done).toMatchObject({ code });
    expect(done.out + done.err).toContain(text);
  });
  test('tries a dead message again', async () => {
    const { out } = await run('notify', 'outbox', '--status', 'dead');
    const id = /notice-\w+/.exec(out)![0];
    expect((await run('notify', 'retry', id)).out).toContain(`${id} is tried again`);
  });
});
