import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createNoticeRound } from '../../../activities/notices/round.ts';
import type { Notice } from '../../../contracts/notice.ts';
import { anOpenWindow, iso, minute, noon } from '../../domain/samples.ts';
import type { Receiver } from './receiver.ts';
import { host, sendingPair, webhook, type TestSender } from './sender.ts';

let receiver: Receiver;
let sender: TestSender;
let received: () => Notice[];
let end: () => Promise<void>;
beforeEach(async () => {
  ({ receiver, sender, received, end } = await sendingPair());
});
afterEach(() => end());

const messages = async () => (await sender.store.messages.list({ limit: 100 })).messages;
const fail = (nth = 1) =>
  sender.append('window.failed', { window_id: `window-${nth}`, payload: { failures: [] } });
const closed = (residue: string[]) =>
  sender.append('window.closed', { window_id: 'window-9', payload: { receipt: { residue } } });

describe('people are notified of', () => {
  test.each([
    [
      'a window that failed',
      'window.failed',
      { failures: [{ service: 'web', detail: 'exited' }] },
      'web: exited',
    ],
    [
      'what still runs after its window',
      'window.closed',
      { receipt: { residue: ['db'] } },
      'docker stop',
    ],
    [
      'a plan that waits',
      'plan.waiting',
      { plan_id: 'plan-1', quorum: 1 },
      'vx11 plan show plan-1',
    ],
    [
      'red checks',
      'checks.finished',
      { run_id: 'run-1', suite: 'shop', status: 'failed' },
      'vx11 repair --run run-1',
    ],
    [
      'a patch that was taken back',
      'patch.rolled_back',
      { patch_id: 'patch-1', status: 'rolled_back', files: ['a.yml'] },
      'a.yml',
    ],
    [
      'a patch that could not be taken back',
      'patch.rolled_back',
      { patch_id: 'patch-1', status: 'conflict', files: [] },
      'edited meanwhile',
    ],
    [
      'a patch that the Engine did not let be taken back',
      'patch.rolled_back',
      { patch_id: 'patch-1', status: 'conflict', files: [], detail: 'Now web has no container.' },
      'Now web has no container.',
    ],
    [
      'a repair that gave up',
      'repair.finished',
      { repair_id: 'repair-1', status: 'gave_up' },
      'vx11 repair --list',
    ],
    [
      'a schedule that missed its time',
      'schedule.missed',
      { schedule: 'nightly', why: 'madre was away' },
      'madre was away',
    ],
  ] as const)('%s, with what to do', async (_, type, payload, text) => {
    await sender.append(type, { payload });
    await sender.round();
    await sender.round(31);
    expect(received()).toHaveLength(1);
    expect(received()[0]!.text).toContain(text);
  });

  test('nothing of services that sleep: closed windows, green checks, stops, what is off by policy', async () => {
    await closed([]);
    await sender.append('service.stopped', { service: 'db' });
    await sender.append('window.requested', { window_id: 'window-1' });
    for (const status of ['passed', 'flaky', 'inconclusive', 'cancelled'])
      await sender.append('checks.finished', { payload: { status, run_id: 'run-1', suite: 'a' } });
    await sender.append('repair.finished', { payload: { status: 'rejected' } });
    await sender.round();
    await sender.round(120);
    expect(await messages()).toEqual([]);
    expect(await sender.store.outbox.held()).toBe(0);
  });

  test('nothing of other hosts, and plans by the host of madre alone', async () => {
    await sender.append('window.failed', { host: 'host-b', payload: {} });
    await sender.store.events.append([
      { type: 'plan.waiting', at: noon, actor: 'a', payload: { plan_id: 'plan-1' } },
    ]);
    const other = { host: 'host-b', ownsPlans: false };
    await createNoticeRound(sender.deps(other))();
    await sender.round();
    expect(await sender.store.outbox.held()).toBe(1);
  });

  test('only what a channel asks for', async () => {
    sender.notify = {
      channels: [
        webhook(receiver.url, { name: 'plans', events: ['plan.waiting'] }),
        webhook(receiver.url, { name: 'worst', severity: 'critical' }),
        { name: 'wrong', type: 'fax' },
      ],
      group: '0s',
    };
    await fail();
    await closed(['db']);
    await sender.round();
    expect((await messages()).map(({ channel }) => channel)).toEqual(['worst']);
  });

  test('no token, whatever an event holds', async () => {
    await sender.append('plan.waiting', {
      payload: { plan_id: 'plan-1', confirm_token: 'ct-secret' },
    });
    await sender.round();
    await sender.round(31);
    expect(receiver.got).toHaveLength(1);
    expect(receiver.got[0]!.text).not.toContain('ct-secret');
  });

  test('text of a service without what nobody sees', async () => {
    const detail = 'a\u001b[31mred\u202e\u0000';
    await sender.append('window.failed', { payload: { failures: [{ service: 'web', detail }] } });
    await sender.round();
    await sender.round(31);
    expect(received()[0]!.text).toMatch(/^web: ared\n/);
  });
});

describe('a deadline', () => {
  const open = (change = {}) => sender.store.windows.request(anOpenWindow({ host, ...change }), []);

  test('is notified once, a quarter of a short window before it, and again after an extension', async () => {
    sender.notify = {
      channels: [webhook(receiver.url)],
      warn_before: '5m',
      group: '0s',
      pace: '0s',
    };
    await open();
    await sender.round(7 * 60);
    expect(receiver.got).toEqual([]);
    await sender.round(30);
    await sender.round(2);
    await sender.round(2);
    expect(received()).toMatchObject([
      { type: 'window.deadline', title: `web will stop at ${iso(noon + 10 * minute)}` },
    ]);
    expect(received()[0]!.text).toContain('vx11 extend window-00000000000000a1 --by 30m');
    const later = { expires_at: iso(noon + 40 * minute), extensions: 1 };
    await sender.store.windows.save(anOpenWindow({ host, ...later }), []);
    await sender.round(60);
    expect(received()).toHaveLength(1);
    await sender.round(27 * 60);
    expect(received()).toHaveLength(2);
  });

  test('that passed in quiet hours is not sent afterwards, and the outbox says so', async () => {
    const quiet = { from: '12:00', to: '13:00' };
    sender.notify = { channels: [webhook(receiver.url)], quiet };
    await open();
    await sender.round(8 * 60);
    expect(await sender.store.outbox.held()).toBe(1);
    await sender.round(60 * 60);
    expect(receiver.got).toEqual([]);
    expect(await messages()).toMatchObject([{ status: 'expired', count: 1 }]);
  });
});

describe('many notices', () => {
  test('of one minute are one message with counts: 300 of them, none lost to a receiver that is full', async () => {
    for (let nth = 0; nth < 300; nth += 1) await fail(nth);
    receiver.answer = (reply) => void reply.writeHead(429, { 'retry-after': '20' }).end();
    await sender.round();
    await sender.round(31);
    expect(await messages()).toMatchObject([{ status: 'waiting', count: 300, attempts: 0 }]);
    receiver.answer = (reply) => void reply.writeHead(204).end();
    await sender.round(10);
    expect(receiver.got).toHaveLength(1);
    await sender.round(11);
    expect(receiver.got).toHaveLength(2);
    expect(receiver.got[1]!.headers['webhook-id']).toBe(receiver.got[0]!.headers['webhook-id']);
    expect(receiver.got[1]!.text).toBe(receiver.got[0]!.text);
    expect(receiver.got[1]!.body.data.title).toBe('300 notices: 300 windows failed');
    expect(await messages()).toMatchObject([{ status: 'sent', count: 300 }]);
  });

  test('that come one after the other are at most one message a minute', async () => {
    for (let nth = 0; nth < 30; nth += 1) {
      await fail(nth);
      await sender.round(10);
    }
    expect(receiver.got.length).toBeLessThanOrEqual(5);
    await sender.round(60);
    expect(received()).toHaveLength(30);
  });

  test('of quiet hours are one message after them, and what is critical is sent at once', async () => {
    const quiet = { from: '12:00', to: '13:00' };
    sender.notify = { channels: [webhook(receiver.url)], quiet };
    for (let nth = 0; nth < 5; nth += 1) await fail(nth);
    await closed(['db']);
    await sender.round(60);
    expect(received().map(({ type }) => type)).toEqual(['window.residue']);
    await sender.round(60 * 60);
    await sender.round(31);
    expect(receiver.got).toHaveLength(2);
    expect(received()).toHaveLength(6);
  });
});

describe('a message that cannot be sent', () => {
  test('is dead at once if the receiver refuses it for good, and is sent when somebody tries it again', async () => {
    receiver.answer = (reply) => void reply.writeHead(404).end();
    await fail();
    await sender.round();
    await sender.round(31);
    const [dead] = await messages();
    expect(dead).toMatchObject({ status: 'dead', attempts: 1, error: 'the receiver answered 404' });
    expect(await sender.store.messages.counts()).toMatchObject([{ channel: 'hook', dead: 1 }]);
    receiver.answer = (reply) => void reply.writeHead(200).end();
    await sender.round(3600);
    expect(receiver.got).toHaveLength(1);
    await sender.store.messages.retry(dead!.message_id, sender.now);
    await sender.round();
    expect(await messages()).toMatchObject([{ status: 'sent', error: null }]);
    expect(await sender.store.messages.retry(dead!.message_id, sender.now)).toBeNull();
  });

  test('is tried seven times within a day, and then is dead; what waited behind it is one message', async () => {
    receiver.answer = (reply) => void reply.destroy();
    await fail();
    await sender.round();
    await sender.round(31);
    for (let nth = 2; nth < 40; nth += 1) await fail(nth);
    for (let half = 0; half < 17; half += 1) await sender.round(1800);
    const [, first] = await messages();
    expect(first).toMatchObject({ status: 'dead', attempts: 7 });
    expect(first!.error).toContain('7 tries failed');
    receiver.answer = (reply) => void reply.writeHead(204).end();
    await sender.round(86_400);
    expect((await messages())[0]).toMatchObject({ status: 'sent', count: 38 });
  });

  test.each([
    [
      'to a private address that no operator allows',
      { url: 'http://127.0.0.2:9/' },
      'VX11_NOTIFY_ALLOW',
    ],
    ['to where a redirect leads', {}, 'a redirect, which is not followed'],
  ])('%s is dead at once', async (_, change, error) => {
    sender.notify = { channels: [webhook(receiver.url, change)], group: '0s' };
    receiver.answer = (reply) => void reply.writeHead(302, { location: receiver.url }).end();
    await fail();
    await sender.round();
    const [dead] = await messages();
    expect(dead).toMatchObject({ status: 'dead' });
    expect(dead!.error).toContain(error);
    expect(receiver.got.length).toBeLessThanOrEqual(1);
  });

  test('because its channel left the file is dead, and says so', async () => {
    receiver.answer = (reply) => void reply.writeHead(500).end();
    await fail();
    await sender.round();
    await sender.round(31);
    sender.notify = { channels: [] };
    await sender.round(60);
    expect(await messages()).toMatchObject([{ status: 'dead' }]);
    expect((await messages())[0]!.error).toContain('no channel hook');
  });

  test('holds up no message of another channel', async () => {
    const other = webhook(receiver.url, { name: 'other' });
    sender.notify = { channels: [webhook(receiver.url), other], group: '0s' };
    const sent = Promise.withResolvers<void>();
    const { deliver } = sender.deps();
    const round = createNoticeRound(
      sender.deps({
        async deliver(source, message) {
          // the first channel answers only once the other one has its message
          if (source.name === 'hook') await sent.promise;
          const outcome = await deliver(source, message);
          if (source.name === 'other') sent.resolve();
          return outcome;
        },
      }),
    );
    await fail();
    await round();
    expect((await messages()).map(({ status }) => status)).toEqual(['sent', 'sent']);
  });
});

test('events before the first round, and while there is no channel, are not sent', async () => {
  sender.notify = {};
  await fail(1);
  await sender.round();
  sender.notify = { channels: [webhook(receiver.url)], group: '0s' };
  await sender.round();
  await fail(2);
  await sender.round();
  expect(received().map(({ subject }) => subject)).toEqual(['window-2']);
});
