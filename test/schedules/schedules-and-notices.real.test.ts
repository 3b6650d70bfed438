import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Notice } from '../../contracts/notice.ts';
import type { WindowScheduleView } from '../../contracts/window-schedule.ts';
import type { WindowView } from '../../contracts/window.ts';
import { startReceiver, type Receiver } from '../activities/notices/receiver.ts';
import { webhook, webhookSecret } from '../activities/notices/sender.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { until } from '../stack/wait.ts';

let receiver: Receiver;
let stack: TestStack;
beforeAll(async () => {
  receiver = await startReceiver();
  const notify = { channels: [webhook(receiver.url)], group: '0s', pace: '0s' };
  const tick = { name: 'tick', services: ['web'], cron: '* * * * *', ttl: '15s' };
  stack = await startStack({
    temporalAddress: inject('temporalAddress'),
    services: { web: {}, db: {} },
    top: { 'x-vx11': { notify, schedule: [tick] } },
    madreEnv: { VX11_NOTIFY_ALLOW: '127.0.0.1', VX11_NOTIFY_HOOK: webhookSecret },
  });
});
afterAll(async () => {
  await stack?.destroy();
  receiver?.close();
});

const received = (): Notice[] => receiver.got.flatMap(({ body }) => body.data.notices as Notice[]);
const tick = async (): Promise<WindowScheduleView | undefined> => {
  const { body } = await stack.call('GET', '/vx11/schedules');
  return (body.windows as WindowScheduleView[]).find(({ name }) => name === 'tick');
};

test('people are warned before a deadline, and a scheduled window opens at its minute and ends', async () => {
  await until('madre knows the schedule', async () => (await tick()) !== undefined);
  const body = { target: 'db', ttl_seconds: 12 };
  const opened = (await stack.call('POST', '/vx11/window/open', body)).body;
  await until(
    'the warning arrives',
    async () => received().some(({ subject }) => subject === opened.window_id),
    15_000,
  );
  const warning = received().find(({ subject }) => subject === opened.window_id)!;
  const { expires_at } = (await stack.call('GET', `/vx11/windows/${opened.window_id}`)).body;
  expect(warning).toMatchObject({ type: 'window.deadline', valid_until: expires_at });
  expect(Date.parse(warning.at)).toBeLessThan(Date.parse(expires_at));

  await until('the minute comes', async () => (await tick())!.last.length > 0, 75_000);
  const [first] = (await tick())!.last;
  expect(first).toMatchObject({
    outcome: 'opened',
    at: expect.stringMatching(/:00\.000Z$/) as string,
  });
  let view: WindowView | null = null;
  await until(
    'it has ended',
    async () => {
      view = (await stack.call('GET', `/vx11/windows/${first!.window_id}`)).body as WindowView;
      return view.state === 'closed';
    },
    30_000,
  );
  expect(view).toMatchObject({
    owner: 'schedule:tick',
    services: ['web'],
    opened_at: expect.any(String) as string,
    receipt: { residue: [], closed_by: 'deadline' },
  });
  expect(Date.parse(view!.opened_at!) - Date.parse(first!.at)).toBeLessThan(20_000);
  // only deadlines notify: a service that sleeps as it should does not
  expect(new Set(received().map(({ type }) => type))).toEqual(new Set(['window.deadline']));
  expect(new Set(received().map(({ subject }) => subject)).size).toBe(received().length);
}, 120_000);
