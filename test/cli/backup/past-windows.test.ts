import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { adoptStack } from '../../../activities/power/adopt-stack.ts';
import { createWindowReconcile } from '../../../activities/power/reconcile-windows.ts';
import { openStore } from '../../../store/index.ts';
import { startHost } from '../../activities/power/one-host.ts';
import { minute } from '../../domain/samples.ts';
import { vx11 } from '../fixture.ts';

test('a window of the past that comes back with a backup is ended with a receipt', async () => {
  const host = await startHost({ web: {} });
  const home = dirname(host.power.compose.named);
  const { window_id } = await host.open(['web']);
  const file = join(home, 'backup');
  const restored = join(home, 'restored');
  expect((await vx11(['backup', file], { VX11_HOME: home })).err).toBe('');
  expect((await vx11(['restore', file], { VX11_HOME: restored })).err).toBe('');
  const store = await openStore(`sqlite:${join(restored, 'vx11.db')}`);
  try {
    host.time.now += 60 * minute;
    const power = host.nextLife(store);
    await adoptStack(power);
    await power.leases.refresh();
    // Temporal is new and knows nothing
    await createWindowReconcile(power, {
      runs: async () => false,
      closeLate: () => Promise.reject(new Error('it has no workflow')),
    })();
    expect(await store.windows.find(window_id)).toMatchObject({
      state: 'closed',
      receipt: { services: [{ service: 'web' }] },
    });
  } finally {
    await store.close();
  }
});
