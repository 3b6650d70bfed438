import { rm, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, test } from 'vitest';
import type { ReconcileLoop } from '../../../activities/power/reconcile-loop.ts';
import { minute } from '../../domain/samples.ts';
import { until } from '../../stack/wait.ts';
import { startHost, type OneHost } from './one-host.ts';

let host: OneHost;
let loop: ReconcileLoop;
beforeEach(async () => {
  host = await startHost({ web: {} });
  await host.power.catalog.current();
  loop = host.reconcileLoop();
});

describe('while a window holds a running service', () => {
  beforeEach(async () => void (await host.open(['web'])));

  test.each<[string, (file: string) => Promise<void>]>([
    ['was deleted', (file) => rm(file)],
    ['was emptied', (file) => writeFile(file, '')],
    ['was written over', (file) => writeFile(file, '{"version":1,"deadline_ms":1}')],
  ])('a lease file of the guard that %s is repaired by the next round', async (_, harm) => {
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

  test('a lease file that is right is not rewritten', async () => {
    const { guard } = host;
    await loop.start();
    const { stamp } = guard.files.read({ wall_ms: 0, steady_ms: 0 })[0]!;
    await loop.start();
    await loop.stop();
    expect(guard.files.read({ wall_ms: 0, steady_ms: 0 })[0]!.stamp).toBe(stamp);
  });

  test('at the deadline the service stops and its lease file is removed', async () => {
    await loop.start();
    host.time.now += 10 * minute;
    await loop.start();
    await until('it is down', () => host.engine.calls.includes('stop shop-web-1'), 5000);
    await until('its lease file is gone', () => host.guard.leaseOf('web') === null, 5000);
  });
});

test('a service that keeps exiting is restarted right after its pause, not in a later round', async () => {
  const { engine, time } = host;
  time.run();
  await host.lease(['web']);
  await loop.start();
  const up = (times: number) => until('it is up', () => engine.calls.length === times);
  await up(1);
  engine.crash(engine.of('web')[0]!);
  await up(2);
  const exitedAt = time.now;
  engine.crash(engine.of('web')[0]!);
  await up(3);
  expect(new Set(engine.calls)).toEqual(new Set(['start shop-web-1']));
  const { started_at } = engine.of('web')[0]!;
  expect(started_at! - exitedAt).toBeGreaterThanOrEqual(1000);
  expect(started_at! - exitedAt).toBeLessThan(3000); // a pause of 1 s; a round comes every 4 s
});

test('a guard that becomes blind is reported in the event log and to status subscribers', async () => {
  const results = ['blind', null, 'seeing'] as const;
  let round = 0;
  host.power.guard.confirm = async () => results[round++] ?? null;
  let changes = 0;
  const watched = host.reconcileLoop(() => void (changes += 1));
  await watched.start();
  await until('the guard sees again', () => {
    watched.nudge();
    return changes === 2;
  });
  const events = (await host.store.events.after(0, 100)).map(({ type }) => type);
  expect(events.filter((type) => type.startsWith('guard.'))).toEqual([
    'guard.blind',
    'guard.seeing',
  ]);
});

describe('while the Engine cannot inspect one container', () => {
  let windowEnds: () => Promise<void>;
  beforeEach(async () => {
    host = await startHost({ stuck: {}, web: {} });
    await host.power.catalog.current();
    loop = host.reconcileLoop();
    await host.open(['stuck'], { mode: 'hold', expires_at: null });
    await host.open(['web']);
    await loop.start();
    // it exited, and its end cannot be inspected
    const { engine } = host;
    const { id } = engine.put('stuck', { state: 'exited', finished_at: host.time.now });
    engine.inspect = ((inspect) => async (asked: string) => {
      if (asked === id) return failing();
      return inspect(asked);
    })(engine.inspect);
    windowEnds = async () => {
      host.time.now += 10 * minute;
      await loop.start();
      await until('it is down', () => engine.calls.includes('stop shop-web-1'), 5000);
    };
  });
  let failing: () => Promise<never>;

  test('because it refuses, the other services stop at their deadline, and the round counts as failed', async () => {
    failing = () => Promise.reject(new Error('cannot inspect it'));
    await windowEnds();
    await until('the round has failed', () => host.power.rounds.failing().length > 0);
    expect(host.power.rounds.failing()).toMatchObject([
      { round: 'reconcile', reason: expect.stringContaining('stuck: cannot inspect it') },
    ]);
  });

  test('because the call hangs, the other services stop at their deadline', async () => {
    const late = Promise.withResolvers<never>();
    late.promise.catch(() => undefined);
    failing = () => late.promise;
    await windowEnds();
    expect(host.engine.running()).toEqual([]);
    late.reject(new Error('the Engine took too long')); // every Engine call ends at its timeout
  });
});
