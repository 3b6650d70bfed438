import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSettleLoop, type SettleLoop } from '../../../activities/power/settle-loop.ts';
import { until } from '../../stack/wait.ts';
import { startHost, type OneHost } from './one-host.ts';

let host: OneHost;
let loop: SettleLoop;
beforeEach(async () => {
  host = await startHost({ old: {}, web: {} });
  loop = createSettleLoop(
    host.power,
    () => Promise.resolve(),
    () => undefined,
  );
});
afterEach(async () => {
  await loop.stop();
  await host.end();
});

const strays = async (): Promise<unknown[]> =>
  (await host.store.events.after(0, 100)).filter(({ type }) => type === 'service.stray');

test('what ran before us is left alone, and its note says why it runs and what ends that', async () => {
  host.engine.put('old');
  for (let round = 0; round < 3; round += 1) await loop.start();
  await until('it is told', async () => (await strays()).length > 0, 5000);
  expect(host.engine.calls).toEqual([]);
  expect(host.power.seen.get('old')).toMatchObject({
    tolerated: true,
    note: 'it runs without a window; open one for it, or apply solo madre to end it',
  });
  expect(await strays()).toHaveLength(1);
});

test('once a window has it, nothing is left of the note, and it goes down with the window', async () => {
  host.engine.put('old');
  await loop.start();
  await until('it is told', async () => (await strays()).length > 0, 5000);
  const { window_id } = await host.lease(['old']);
  await loop.start();
  await until('the note is gone', () => host.power.seen.get('old').note === null, 5000);
  expect(host.power.seen.get('old').tolerated).toBe(false);
  await host.store.leases.release(window_id);
  await loop.start();
  await until('it is down', () => host.engine.calls.includes('stop old'), 5000);
});

test('what somebody starts afterwards is no first contact, and is stopped', async () => {
  host.engine.put('old');
  await loop.start();
  host.engine.put('web');
  await loop.start();
  await until('it is down', () => host.engine.calls.includes('stop web'), 5000);
  expect(host.engine.calls).toEqual(['stop web']);
});
