import { readFileSync, writeFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { PatchView } from '../../../contracts/patch.ts';
import type { PlanView } from '../../../contracts/plan.ts';
import { repairsOn, webOn, type RepairStack } from '../../repair/repair-stack.ts';
import { startSecondHost } from '../../stack/second-host.ts';
import { composeServices, startStack, type TestStack } from '../../stack/stack.ts';
import { until } from '../../stack/wait.ts';

let one: TestStack;
/** The second host: its own compose project, with the store, the Temporal and the gateway of the first. */
let two: RepairStack;
beforeAll(async () => {
  one = await startStack({ temporalAddress: inject('temporalAddress'), services: { db: {} } });
  two = repairsOn(await startSecondHost(one, { web: webOn(8081) }));
  const { composeFile, project } = two.stack;
  const text = {
    name: project,
    services: composeServices({ web: webOn(8081) }),
    'x-vx11': { repair: { settle: '2s' } },
  };
  writeFileSync(composeFile, stringify(text));
});
afterAll(async () => {
  await two?.stack.destroy();
  await one?.destroy();
});

const port = (): string => /PORT: "(\d+)"/.exec(readFileSync(two.stack.composeFile, 'utf8'))![1]!;

test('a service of another host is repaired there, although that host dies between the yes and the patch', async () => {
  const { checked, repaired, confirm, decided, get, post, left, tree, stack } = two;
  const firsts = readFileSync(one.composeFile, 'utf8');
  const before = tree();
  expect((await checked()).run).toMatchObject({ status: 'failed', host: stack.project });
  const { repair, candidates } = await repaired();
  expect({ repair, candidates }).toMatchObject({
    repair: { status: 'waiting', host: stack.project },
    candidates: [{ class: 'wrong_port', verdict: 'proved' }],
  });
  expect(tree()).toEqual(before);
  expect(await left()).toEqual([]);

  await stack.madre.kill();
  const confirmed = confirm(repair.plan_id!);
  stack.madre.start();
  await confirmed;
  const end = await decided(repair.repair_id, true);
  expect(end.repair).toMatchObject({ status: 'repaired', exit_code: 0 });
  expect(port()).toBe('8080');
  expect((await checked()).run.status).toBe('passed');
  await until('the patch is kept', async () => {
    const { status } = await get<PatchView>(`/vx11/patches/${repair.patch_id}`);
    return status === 'kept';
  });

  const { plan } = await post<{ plan: PlanView }>(`/vx11/patches/${repair.patch_id}/revert`);
  await confirm(plan.plan_id);
  await until('it is as before', () => port() === '8081');
  expect(readFileSync(one.composeFile, 'utf8')).toBe(firsts);
});
