import { expect, onTestFinished, test } from 'vitest';
import { writeReceipt } from '../../../domain/windows/receipt.ts';
import { closed } from '../../../domain/windows/window.ts';
import { connectTemporal } from '../../../gateway/temporal/port.ts';
import { seedStack, startGateway, view } from '../fixture.ts';

test('applying solo madre closes every window, ends strays, and reports both', async () => {
  const open = view();
  const gateway = await startGateway({
    deps: {
      temporal: {
        ...connectTemporal('127.0.0.1:1', 'default'),
        closeWindow: async (_id, { closed_by, reason }) =>
          closed(open, writeReceipt(open, { closed_by, reason }, [], Date.now())),
        endStrays: async () => ({ services: ['db'] }),
      },
    },
  });
  onTestFinished(() => gateway.close());
  await seedStack(gateway.store);
  await gateway.store.windows.save(open, []);
  const apply = async (headers: Record<string, string>) =>
    gateway.inject({
      method: 'POST',
      url: '/operator/power/policy/solo_madre/apply',
      headers,
    });
  const answer = await apply({ 'x-vx11-token': await gateway.token('operator') });
  expect(answer.json()).toMatchObject({
    status: 'ok',
    policy: 'solo_madre',
    windows_closed: [open.window_id],
    strays_ended: ['db'],
    receipts: [{ window_id: open.window_id, closed_by: 'policy' }],
    correlation_id: answer.headers['x-correlation-id'],
  });
  const viewer = await apply({ 'x-vx11-token': await gateway.token('viewer') });
  expect(viewer.json()).toMatchObject({ status: 403, error: 'scope' });
});
