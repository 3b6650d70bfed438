import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Decision } from '../../../contracts/autonomy.ts';
import type { PlanView } from '../../../contracts/plan.ts';
import type { RepairView } from '../../../contracts/repair.ts';
import { until } from '../../stack/wait.ts';
import { startRepairStack, webOn, type RepairStack } from '../../repair/repair-stack.ts';

let one: RepairStack;
beforeAll(async () => {
  const policy = { mode: 'apply', auto: ['wrong_port'] };
  one = await startRepairStack(policy, { VX11_AUTONOMY_SECONDS: '1' });
});
afterAll(() => one?.stack.destroy());

const repairs = async () => (await one.get<{ repairs: RepairView[] }>('/vx11/repairs')).repairs;

test('madre’s loop looks for a patch once checks stay red, and leaves the yes to a person', async () => {
  const { stack, get, post, checked, confirm, decided, tree } = one;
  await stack.writeCompose({ web: webOn(8081), other: {} });
  const before = tree();
  await post('/madre/v3/autonomous/start');
  expect((await checked()).run.status).toBe('failed');
  await sleep(3000);
  expect(await repairs()).toEqual([]);
  const { run } = await checked();
  const look = async () => {
    const [newest] = await repairs();
    return newest?.status === 'waiting' && newest;
  };
  const repair = await until('a patch waits', look, 240_000);
  expect(repair).toMatchObject({ trigger: 'autonomy', owner: 'autonomy', run_id: run.run_id });
  await sleep(5000);
  // the policy would let a rule of this class go on; what the loop began waits all the same
  expect(await get<PlanView>(`/madre/plans/${repair.plan_id}`)).toMatchObject({
    status: 'WAITING',
    risk: 'MED',
  });
  expect(await repairs()).toHaveLength(1);
  expect(tree()).toEqual(before);

  await confirm(repair.plan_id!);
  expect((await decided(repair.repair_id, true)).repair.status).toBe('repaired');
  const decision = await until('its effect is measured', async () => {
    const { decisions } = await get<{ decisions: Decision[] }>('/madre/v3/autonomous/decisions');
    return decisions.find(({ action, effect }) => action === 'repair' && effect !== null);
  });
  expect(decision).toMatchObject({ effect: 'helped', key: `checks:${stack.project}/web` });
  expect(await repairs()).toHaveLength(1);
});
