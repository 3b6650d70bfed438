import { expect, test } from 'vitest';
import { whileOpening } from '../../../activities/power/hold-opening.ts';
import { until } from '../../stack/wait.ts';
import { startHost } from './one-host.ts';

test('the leases of an opening window are renewed while a pull or a job takes long', async () => {
  const host = await startHost({ web: {} });
  const view = await host.lease(['web']);
  const { store, power } = host;
  await power.leases.refresh();
  const deadlineOf = async (): Promise<number> =>
    (await store.leases.ofWindow(view.window_id))[0]!.deadline!;
  const first = await deadlineOf();
  await whileOpening(power, view, first, async () => {
    host.time.now += (first - host.time.now) * 0.6;
    await until('the leases are renewed', async () => (await deadlineOf()) > first);
  });
  expect((await deadlineOf()) - host.time.now).toBe(10 * 60_000);
});
