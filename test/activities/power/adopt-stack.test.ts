import { beforeEach, expect, test } from 'vitest';
import { adoptStack } from '../../../activities/power/adopt-stack.ts';
import type { ReconcileLoop } from '../../../activities/power/reconcile-loop.ts';
import type { Store } from '../../../store/index.ts';
import { until } from '../../stack/wait.ts';
import { startHost, type OneHost } from './one-host.ts';

const names = ['db', 'old', 'web'];
let host: OneHost;
let loop: ReconcileLoop;
beforeEach(async () => {
  host = await startHost(Object.fromEntries(names.map((name) => [name, {}])));
  loop = host.reconcileLoop();
});

const strays = async (): Promise<unknown[]> =>
  (await host.store.events.after(0, 100)).filter(({ type }) => type === 'service.stray');

test('a service that ran before VX11 is left running, and its note says why and how to stop it', async () => {
  host.engine.put('old');
  for (let round = 0; round < 3; round += 1) await loop.start();
  await until('the stray is reported', async () => (await strays()).length > 0, 5000);
  expect(host.engine.calls).toEqual([]);
  expect(host.power.seen.get('old')).toMatchObject({
    tolerated: true,
    note: 'it runs without a window; open one for it, or apply solo madre to stop it',
  });
  expect(await strays()).toHaveLength(1);
});

test('once a window holds it, its note is cleared, and it stops with the window', async () => {
  host.engine.put('old');
  await loop.start();
  await until('the stray is reported', async () => (await strays()).length > 0, 5000);
  const { window_id } = await host.lease(['old']);
  await loop.start();
  await until('the note is gone', () => host.power.seen.get('old').note === null, 5000);
  expect(host.power.seen.get('old').tolerated).toBe(false);
  await host.store.leases.release(window_id);
  await loop.start();
  await until('it is down', () => host.engine.calls.includes('stop shop-old-1'), 5000);
});

test('a service that is started by hand afterwards is stopped', async () => {
  host.engine.put('old');
  await loop.start();
  host.engine.put('web');
  await loop.start();
  await until('it is down', () => host.engine.calls.includes('stop shop-web-1'), 5000);
  expect(host.engine.calls).toEqual(['stop shop-web-1']);
});

/** A store for a process that dies after this many writes of observations: later writes never finish. */
const dyingAfter = (writes: number, store: Store): Store => ({
  ...store,
  services: {
    ...store.services,
    observe: (...seen) =>
      (writes -= 1) < 0 ? new Promise(() => undefined) : store.services.observe(...seen),
  },
});

test.each([0, 1, 2, 3])(
  'after a crash at write %i of the adoption, services that ran before are still no strays',
  async (writes) => {
    for (const name of names) host.engine.put(name);
    await adoptStack(host.nextLife(dyingAfter(writes, host.store)));
    const next = host.nextLife();
    expect(await adoptStack(next)).toBe(true);
    expect(names.filter((name) => !next.seen.get(name).tolerated)).toEqual([]);
  },
);
