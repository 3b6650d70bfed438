import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RepairView } from '../../contracts/repair.ts';
import { startRepairStack, webOn, type RepairStack } from './repair-stack.ts';

let one: RepairStack;
beforeAll(async () => {
  one = await startRepairStack();
});
afterAll(() => one?.stack.destroy());

const text = (): string => readFileSync(one.stack.composeFile, 'utf8');

/** Checks, repairs and confirms, as a person does; returns what the check said. */
async function mended(): Promise<string> {
  const { vx11, get, confirm, decided } = one;
  const check = await vx11('check', 'web');
  expect(check.code).toBe(1);
  const repair = await vx11('repair');
  expect(repair.err + repair.out).toContain('waiting');
  expect(repair.code).toBe(3);
  const { repairs } = await get<{ repairs: [RepairView] }>('/vx11/repairs?limit=1');
  const [{ plan_id, repair_id }] = repairs;
  await confirm(plan_id!);
  expect((await decided(repair_id, true)).repair).toMatchObject({ status: 'repaired' });
  return check.out;
}

describe('a compose file that Compose refuses', () => {
  test('for a key of a service: the check says so, and the repair mends it', async () => {
    const renamed = { web: webOn(8080, { cap_dropp: ['NET_RAW'] }), other: {} };
    await one.stack.writeCompose(renamed);
    expect(await mended()).toContain("additional properties 'cap_dropp' not allowed");
    expect(text()).toContain('cap_drop:');
  });

  test('as a whole: the check says what Compose says, wakes nothing, and the repair mends it', async () => {
    await one.stack.writeCompose({ web: webOn(8080), other: {} }, { 'x-vx11': {}, network: {} });
    expect(await mended()).toContain("additional properties 'network' not allowed");
    expect(text()).toContain('networks:');
    expect(await one.stack.running()).toEqual([]);
  });
});

test('a service that sleeps by its policy is no failure, and nothing is repaired', async () => {
  await one.stack.writeCompose({ web: webOn(8080), other: {} });
  await one.vx11('check', 'web', '--no-open');
  expect(await one.vx11('repair')).toMatchObject({ code: 0 });
});
