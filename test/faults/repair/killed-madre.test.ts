import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PatchView } from '../../../contracts/patch.ts';
import type { RepairAnswer, RepairStatus } from '../../../contracts/repair.ts';
import { startRepairStack, webOn, type RepairStack } from '../../repair/repair-stack.ts';
import { until } from '../../stack/wait.ts';
import { randomFor } from '../harness/random.ts';

let one: RepairStack;
beforeAll(async () => {
  one = await startRepairStack();
});
afterAll(() => one?.stack.destroy());

const random = randomFor('repair');
const before: RepairStatus[] = ['queued', 'reproducing', 'analysing', 'trying'];
const after: RepairStatus[] = ['waiting', 'applying'];
/** A status, and how long after it is seen madre is killed. */
const moments = Array.from({ length: 30 }, (_, nth) => {
  const all = [...before, ...after];
  return [all[nth % all.length]!, random.between(0, 2500)] as const;
});

const repairOf = (id: string) => one.get<RepairAnswer>(`/vx11/repairs/${id}`);
const seen = (id: string, statuses: readonly RepairStatus[]) =>
  until(`it is ${statuses.join(' or ')}`, async () => {
    const { repair } = await repairOf(id);
    return statuses.includes(repair.status) || repair.finished_at !== null;
  });

async function killAndRestart(): Promise<void> {
  await one.stack.madre.kill();
  one.stack.madre.start();
  await one.stack.ready();
}

test.each(moments)(
  'madre is killed while a repair is %s, after %i ms: it ends, and leaves nothing unjudged',
  async (status, ms) => {
    await one.stack.writeCompose({ web: webOn(8081), other: {} });
    await one.checked();
    const tree = one.tree();
    const { repair_id } = await one.post<{ repair_id: string }>('/vx11/repairs');
    if (before.includes(status)) {
      await seen(repair_id, [status, ...before.slice(before.indexOf(status)), 'waiting']);
      await sleep(ms);
      await killAndRestart();
    }
    const { repair } = await one.decided(repair_id);
    expect(repair.status).toBe('waiting');
    expect(one.tree()).toEqual(tree);
    if (status === 'waiting') await killAndRestart();
    await one.confirm(repair.plan_id!);
    if (status === 'applying') {
      await seen(repair_id, ['applying']);
      await sleep(ms);
      await killAndRestart();
    }
    const end = await one.decided(repair_id, true);
    const patch = async () => one.get<PatchView>(`/vx11/patches/${repair.patch_id}`);
    await until('the patch is judged', async () => (await patch()).status !== 'applied');
    // applied and proved, or taken back: nothing in between
    if (end.repair.status === 'repaired') {
      expect((await patch()).status).toBe('kept');
      expect(readFileSync(one.stack.composeFile, 'utf8')).toContain('PORT: "8080"');
    } else {
      expect((await patch()).status).toBe('rolled_back');
      expect(one.tree()).toEqual(tree);
    }
    await until('no copy is left', async () => (await one.left()).length === 0);
    expect(await one.stack.running()).toEqual([]);
  },
);
