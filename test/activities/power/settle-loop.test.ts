import { rm, writeFile } from 'node:fs/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSettleLoop, type SettleLoop } from '../../../activities/power/settle-loop.ts';
import { minute } from '../../domain/samples.ts';
import { until } from '../../stack/wait.ts';
import { startHost, type OneHost } from './one-host.ts';

let host: OneHost;
let loop: SettleLoop;
beforeEach(async () => {
  host = await startHost({ web: {} });
  loop = createSettleLoop(
    host.power,
    () => Promise.resolve(),
    () => undefined,
  );
  await host.power.catalog.current();
  await host.open(['web']);
});
afterEach(async () => {
  await loop.stop();
  await host.end();
});

test.each<[string, (file: string) => Promise<void>]>([
  ['was deleted', (file) => rm(file)],
  ['was emptied', (file) => writeFile(file, '')],
  ['was written over', (file) => writeFile(file, '{"version":1,"deadline_ms":1}')],
])('a lease file of the guard that %s is mended by the next round', async (_, harm) => {
  const { guard } = host;
  const before = guard.leaseOf('web');
  expect(before).not.toBeNull();
  await loop.start();
  await harm(guard.pathOf('web'));
  await loop.start();
  await until(
    'it is back',
    () => {
      const { deadline_ms } = guard.leaseOf('web') ?? {};
      return deadline_ms !== undefined && Math.abs(deadline_ms! - before!.deadline_ms!) < minute;
    },
    5000,
  );
  expect(host.engine.calls).toEqual([]);
});

test('a lease file that says what it should is left as it is', async () => {
  const { guard } = host;
  await loop.start();
  const { stamp } = guard.files.read({ wall_ms: 0, steady_ms: 0 })[0]!;
  await loop.start();
  await loop.stop();
  expect(guard.files.read({ wall_ms: 0, steady_ms: 0 })[0]!.stamp).toBe(stamp);
});

test('at the deadline the service goes down, and its lease file with it', async () => {
  await loop.start();
  host.time.now += 10 * minute;
  await loop.start();
  await until('it is down', () => host.engine.calls.includes('stop web'), 5000);
  await until('the guard has nothing to do', () => host.guard.leaseOf('web') === null, 5000);
});
