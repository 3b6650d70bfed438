import { readdirSync, readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { PatchView } from '../../contracts/patch.ts';
import type { PlanView } from '../../contracts/plan.ts';
import type { RepairAnswer } from '../../contracts/repair.ts';
import { until } from '../stack/wait.ts';
import { startRepairStack, webOn, type RepairStack } from './repair-stack.ts';

let one: RepairStack;
beforeAll(async () => {
  one = await startRepairStack();
  await one.stack.writeCompose({ web: webOn(8081, { volumes: ['/data'] }), other: {} });
  await one.checked();
});
afterAll(() => one?.stack.destroy());

const port = (): string => /PORT: "(\d+)"/.exec(readFileSync(one.stack.composeFile, 'utf8'))![1]!;

describe('a wrong port', () => {
  test('becomes a proved patch of one line that waits for a yes, is applied, and is taken back on request', async () => {
    const { stack, vx11, get, post, checked, decided, confirm, tree, left } = one;
    const before = tree();
    const web = `${stack.project}-web-1`;
    await stack.call('POST', '/vx11/window/open', { target: 'web', ttl_seconds: 600 });
    await until('web runs', async () => (await stack.running()).includes('web'));
    await stack.docker('exec', web, 'touch', '/data/kept');
    const { code, out } = await vx11('repair');
    expect(out).toContain('-      PORT: "8081"\n+      PORT: "8080"');
    expect(code).toBe(3);
    const { repairs } = await get<{ repairs: RepairAnswer['repair'][] }>('/vx11/repairs?limit=1');
    const [{ repair_id, plan_id, patch_id, status }] = repairs as [RepairAnswer['repair']];
    expect(status).toBe('waiting');
    expect(tree()).toEqual(before);
    expect(await left()).toEqual([]);

    await confirm(plan_id!);
    const { repair, candidates } = await decided(repair_id, true);
    expect(repair).toMatchObject({ status: 'repaired', exit_code: 0 });
    expect(candidates).toMatchObject([{ class: 'wrong_port', verdict: 'proved', by: 'rule' }]);
    expect(port()).toBe('8080');
    expect((await checked()).run.status).toBe('passed');
    await until('the patch is kept', async () => {
      const { status: now } = await get<PatchView>(`/vx11/patches/${patch_id}`);
      return now === 'kept';
    });
    expect(readdirSync(repair.folder!).toSorted()).toEqual([
      'autofix_summary.json',
      'cycle_1',
      'failure_context.json',
    ]);

    // in an anonymous volume
    expect(await stack.docker('exec', web, 'ls', '/data')).toContain('kept');

    const { plan } = await post<{ plan: PlanView }>(`/vx11/patches/${patch_id}/revert`);
    await confirm(plan.plan_id);
    await until('it is as before', () => port() === '8081');
    expect(tree().map(([name, text]) => [name, text])).toEqual(
      before.map(([name, text]) => [name, text]),
    );
    await until('web runs again', async () => (await stack.running()).includes('web'));
    expect(await stack.docker('exec', web, 'ls', '/data')).toContain('kept');
  });
});
