import { beforeEach, expect, test } from 'vitest';
import { adoptStack } from '../../../activities/power/adopt-stack.ts';
import { createWindowReconcile } from '../../../activities/power/reconcile-windows.ts';
import { minute } from '../../domain/samples.ts';
import { startHost, type OneHost } from './one-host.ts';

let host: OneHost;
/** Windows whose workflow runs. */
let running: Set<string>;
/** Windows whose workflow was signalled that its deadline has passed. */
let signalled: string[];
let round: () => Promise<void>;
beforeEach(async () => {
  host = await startHost({ web: {} });
  await adoptStack(host.power);
  running = new Set();
  signalled = [];
  round = createWindowReconcile(host.power, {
    runs: (id) => Promise.resolve(running.has(id)),
    closeLate: (id) => Promise.resolve(void signalled.push(id)),
  });
});

test('a window whose workflow sleeps past the deadline is signalled to close', async () => {
  const { window_id } = await host.open(['web']);
  running.add(window_id);
  host.time.now += 10 * minute + 3000;
  await round();
  expect(signalled).toEqual([]);
  host.time.now += 1;
  await round();
  await round();
  expect(signalled).toEqual([window_id, window_id]);
  expect(await host.store.windows.find(window_id)).toMatchObject({ state: 'open' });
});

test('a window whose workflow is gone is ended by the worker, with a receipt', async () => {
  const { power, engine, store } = host;
  const { window_id } = await host.open(['web']);
  host.time.now += 2 * minute;
  await round();
  const view = await store.windows.find(window_id);
  expect(view).toMatchObject({ state: 'closed', receipt: { closed_by: 'settle_loop' } });
  expect(engine.calls).toEqual(['stop shop-web-1']);
  expect(power.leases.all()).toEqual([]);
  expect(signalled).toEqual([]);
});

test('a lease of an ended window is deleted', async () => {
  const { power, store } = host;
  const view = await host.open(['web']);
  running.add(view.window_id);
  await round();
  expect(await store.leases.ofWindow(view.window_id)).toHaveLength(1);
  await store.windows.save({ ...view, state: 'failed' }, []);
  await round();
  await power.leases.refresh();
  expect(power.leases.all()).toEqual([]);
});

test('a window whose workflow cannot be queried does not keep the others open', async () => {
  const windows = [];
  for (const target of ['a', 'b', 'c']) windows.push(await host.open(['web'], { target }));
  const bad = new Set([windows[0]!.window_id, windows[2]!.window_id]);
  const late: string[] = [];
  const isolated = createWindowReconcile(host.power, {
    runs: async (id) => {
      if (bad.has(id)) throw new Error('the query failed');
      return true;
    },
    closeLate: async (id) => void late.push(id),
  });
  host.time.now += 20 * minute;
  await expect(isolated()).rejects.toThrow('2 of 3 failed');
  expect(late).toEqual([windows[1]!.window_id]);
});
