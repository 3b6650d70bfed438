import { beforeEach, describe, expect, test } from 'vitest';
import { readUsage } from '../../../activities/engine/usage.ts';
import { adoptStack } from '../../../activities/power/adopt-stack.ts';
import { createUsageRound } from '../../../activities/power/usage.ts';
import { minute } from '../../domain/samples.ts';
import { startHost, type OneHost } from './one-host.ts';

const readable = (await readUsage(process.pid)) !== null;
if (!readable) console.log('skipped: the use of a process can be read on Linux only');

describe.skipIf(!readable)('services with an idle setting', () => {
  let host: OneHost;
  beforeEach(async () => {
    const idle = { 'x-vx11': { idle: '5m' } };
    const needsDb = { depends_on: { db: { condition: 'service_started' } } };
    host = await startHost({ db: idle, web: { ...idle, ...needsDb } });
    await adoptStack(host.power);
  });

  test('leave their window once they are idle, and only after the services that need them', async () => {
    const { power, store, time } = host;
    const { window_id } = await host.open(['db', 'web'], { mode: 'hold', expires_at: null });
    // this process represents theirs: its use in a moment counts as idle over minutes
    for (const name of ['db', 'web']) host.engine.put(name, { pid: process.pid });
    const released: string[][] = [];
    const round = createUsageRound(power, async (service, windowIds) => {
      released.push([service, ...windowIds]);
      await store.leases.release(window_id, [service]);
    });
    await round();
    expect(released).toEqual([]);
    time.now += 10 * minute;
    await round();
    expect(released).toEqual([['web', window_id]]);
    await power.leases.refresh();
    time.now += 5 * minute;
    await round();
    expect(released.slice(1)).toEqual([['db', window_id]]);
  });

  test('llama-swap 25, 92: are idle from the end of their last work on, such as an answer or a load', async () => {
    const { power, time } = host;
    const { window_id } = await host.open(['db'], { mode: 'hold', expires_at: null });
    host.engine.put('db', { pid: process.pid });
    const released: string[][] = [];
    const round = createUsageRound(power, async (service, windowIds) => {
      released.push([service, ...windowIds]);
    });
    await round();
    time.now += 4 * minute - 1000;
    await round();
    // it works until the fourth minute: more than a twentieth of the last second
    const { user } = process.cpuUsage();
    while (process.cpuUsage().user - user < 200_000);
    time.now += 1000;
    await round();
    time.now += 4.5 * minute;
    await round();
    expect(released).toEqual([]);
    time.now += 0.5 * minute;
    await round();
    expect(released).toEqual([['db', window_id]]);
  });

  test('are measured even if another one cannot be', async () => {
    const { power, engine } = host;
    await host.open(['db', 'web'], { mode: 'hold', expires_at: null });
    host.engine.put('web', { pid: process.pid });
    const db = engine.of('db')[0]!;
    const inspect = engine.inspect;
    engine.inspect = async (id) => {
      if (id === db.id) throw new Error('the Engine does not know it');
      return inspect(id);
    };
    await expect(createUsageRound(power, async () => undefined)()).rejects.toThrow('1 of 2 failed');
    expect(power.seen.get('web').memory_bytes).toBeGreaterThan(0);
  });
});
