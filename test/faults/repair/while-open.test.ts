import { afterAll, beforeAll, expect, test } from 'vitest';
import { startRepairStack, webOn, type RepairStack } from '../../repair/repair-stack.ts';

let one: RepairStack;
beforeAll(async () => {
  one = await startRepairStack();
  await one.stack.writeCompose({ web: webOn(8081), other: {} });
  await one.checked();
});
afterAll(() => one?.stack.destroy());

test('a wrong port is mended while another window keeps the service up: it gets a new container', async () => {
  const { stack, post, repaired, decided, confirm } = one;
  const opened = await stack.call('POST', '/vx11/window/open', {
    target: 'web',
    ttl_seconds: 600,
    wait_seconds: 60,
  });
  expect(opened.status).toBe(200);
  const { repair } = await repaired();
  await confirm(repair.plan_id!);
  const end = await decided(repair.repair_id, true);
  expect(end.repair).toMatchObject({ status: 'repaired' });
  expect(await stack.running()).toEqual(['web']);
  await post('/vx11/window/close', { target: 'web' });
});
