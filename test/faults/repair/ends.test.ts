import { readFileSync, writeFileSync } from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { PatchView } from '../../../contracts/patch.ts';
import { startRepairStack, webOn, type RepairStack } from '../../repair/repair-stack.ts';

let one: RepairStack;
beforeAll(async () => {
  one = await startRepairStack();
});
afterAll(() => one?.stack.destroy());

describe('a patch', () => {
  beforeEach(async () => {
    await one.stack.writeCompose({ web: webOn(8081), other: {} });
    await one.checked();
  });

  test('is not patched if the file changed after the proposal', async () => {
    const { stack, repaired, decided, confirm } = one;
    const { repair } = await repaired();
    expect(repair.status).toBe('waiting');
    const mine = `${readFileSync(stack.composeFile, 'utf8')}# mine\n`;
    writeFileSync(stack.composeFile, mine);
    await confirm(repair.plan_id!);
    const end = await decided(repair.repair_id, true);
    expect(end.repair).toMatchObject({ status: 'stale', exit_code: 1 });
    expect(readFileSync(stack.composeFile, 'utf8')).toBe(mine);
  });

  test('stays as it is in a dry run, and when a person says no', async () => {
    const { post, repaired, decided, tree } = one;
    const before = tree();
    const dry = await repaired({ dry_run: true });
    expect(dry.repair).toMatchObject({ status: 'proposed', exit_code: 3, plan_id: null });
    const { repair } = await repaired();
    await post(`/madre/plans/${repair.plan_id}/reject`, { reason: 'not now' });
    const end = await decided(repair.repair_id, true);
    expect(end.repair).toMatchObject({ status: 'rejected', exit_code: 1 });
    expect(tree()).toEqual(before);
  });
});

test('a patch that holds in a copy and not on the stack is taken back, byte by byte, and said so', async () => {
  const { stack, get, checked, repaired, decided, confirm, tree } = one;
  // a copy has fresh volumes: only on the stack the service finds the mark
  const web = (listens: number) =>
    webOn(listens, {
      command: [
        'sh',
        '-c',
        '[ -e /data/broken ] && exit 3; echo ok > /tmp/index.html; exec httpd -f -p "$$PORT" -h /tmp',
      ],
      volumes: ['data:/data'],
    });
  await stack.writeCompose({ web: web(8081), other: {} }, { volumes: { data: {} } });
  expect((await checked()).run.status).toBe('failed');
  const before = tree();
  const { repair } = await repaired({ cycles: 1 });
  expect(repair).toMatchObject({ status: 'waiting', cause: 'wrong_port' });
  const volume = `${stack.project}_data`;
  const mount = ['--rm', '-v', `${volume}:/data`, 'vx11-tiny:local', 'touch', '/data/broken'];
  await stack.docker('run', ...mount);
  await confirm(repair.plan_id!);
  const end = await decided(repair.repair_id, true);
  expect(end.repair).toMatchObject({ status: 'gave_up', exit_code: 1 });
  const patch = await get<PatchView>(`/vx11/patches/${repair.patch_id}`);
  expect(patch.status).toBe('rolled_back');
  expect(tree()).toEqual(before);
  expect(await stack.running()).toEqual([]);
});

test('what no rule knows, or what is always green, has no patch', async () => {
  const { stack, checked, repaired, tree, left } = one;
  await stack.writeCompose({
    web: webOn(8080, {
      command: ['sh', '-c', 'exec httpd -f -p "$$PORT" -h /nowhere'],
    }),
    other: {},
  });
  expect((await checked()).run.status).toBe('failed');
  const before = tree();
  const { repair } = await repaired();
  expect(['no_candidate', 'external', 'needs_value']).toContain(repair.status);
  expect(tree()).toEqual(before);
  expect(await left()).toEqual([]);
});
