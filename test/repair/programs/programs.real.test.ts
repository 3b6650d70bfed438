import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { PatchView } from '../../../contracts/patch.ts';
import type { RepairAnswer } from '../../../contracts/repair.ts';
import { startProgramStack, type ProgramStack } from './program-stack.ts';
import { pythonPrograms } from './python.ts';

const [renamed] = pythonPrograms as [(typeof pythonPrograms)[number]];

let one: ProgramStack;
beforeAll(async () => {
  one = await startProgramStack();
});
afterAll(() => one?.stack.destroy());

const folder = (): string => dirname(one.stack.composeFile);

test('a program with a wrong import gets a patch that is proved in sandboxes, applied and kept', async () => {
  const { place, checked, vx11, get, confirm, decided, hidden, read, tree, left, stack } = one;
  await place(renamed);
  expect((await checked('program')).run.status).toBe('failed');
  const before = tree();
  const { code, out } = await vx11('repair');
  expect(out).toContain('-import figures\n+import figure as figures');
  expect(code).toBe(3);
  const { repairs } = await get<{ repairs: RepairAnswer['repair'][] }>('/vx11/repairs?limit=1');
  const { repair, candidates } = await decided(repairs[0]!.repair_id);
  expect({ repair, candidates }).toMatchObject({
    repair: { status: 'waiting', cause: 'wrong_path' },
    candidates: [{ verdict: 'proved', by: 'rule', service: 'program/visible' }],
  });
  expect(tree()).toEqual(before);
  expect(await left()).toEqual([]);
  // the spawner's window ended with the trials
  expect(await stack.running()).toEqual([]);
  await confirm(repair.plan_id!);
  const end = await decided(repair.repair_id, true);
  expect(end.repair).toMatchObject({ status: 'repaired', exit_code: 0 });
  expect(await read('report/total.py')).toContain('import figure as figures');
  expect(await hidden(renamed)).toMatchObject({ exit_code: 0 });
});

test('a patch that is green in its sandbox and not on the stack is taken back, byte by byte', async () => {
  const { place, checked, repaired, confirm, decided, get, tree } = one;
  await place(renamed, { cycles: 1 });
  await checked('program');
  const { repair } = await repaired();
  expect(repair.status).toBe('waiting');
  // what the patch is judged by changed after it was proved
  const judge = join(folder(), 'report/test_total.py');
  writeFileSync(judge, `${readFileSync(judge, 'utf8')}\n\nraise SystemExit(3)\n`);
  const before = tree();
  await confirm(repair.plan_id!);
  const end = await decided(repair.repair_id, true);
  expect(end.repair).toMatchObject({ status: 'gave_up', exit_code: 1 });
  expect((await get<PatchView>(`/vx11/patches/${repair.patch_id}`)).status).toBe('rolled_back');
  expect(tree()).toEqual(before);
});

test('a program sees neither the history of its folder nor the network, and a link leads nowhere', async () => {
  const { place, checked } = one;
  const shell =
    'find . -name ".git*" -o -name outside; python3 -c "import socket; socket.create_connection((\'1.1.1.1\', 53), 2)" || echo no network';
  await place({
    ...renamed,
    check: { task: { shell, files: ['report'] }, conditions: ['[OUTPUT] == x'] },
  });
  execFileSync('git', ['init', '-q', join(folder(), 'report')]);
  mkdirSync(join(folder(), 'report/deep'));
  execFileSync('ln', ['-s', '/etc', join(folder(), 'report/outside')]);
  const { results } = await checked('program');
  expect(results[0]!.detail).toMatch(/no network/);
  expect(JSON.stringify(results[0])).not.toMatch(/\.git|outside/);
});
