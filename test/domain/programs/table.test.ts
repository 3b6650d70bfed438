import { expect, test } from 'vitest';
import { programCategory, programName } from '../../../contracts/programs.ts';
import { mayAsk } from '../../../domain/programs/finding.ts';
import { programTable } from '../../../domain/programs/table.ts';

const all = [...programTable.values()];

test('has at least 120 names, each once and in every category', () => {
  expect(programTable.size).toBeGreaterThanOrEqual(120);
  expect(new Set(all.map(({ category }) => category))).toEqual(new Set(programCategory.options));
  for (const { name } of all) expect(programName.safeParse(name).success, name).toBe(true);
});

test('says why a program is never run, and has arguments for all others', () => {
  for (const { name, args, never } of all)
    expect([name, args === null, never !== undefined]).toEqual([
      name,
      args === null,
      args === null,
    ]);
  expect(all.filter(({ args }) => args?.some((one) => one === '') === true)).toEqual([]);
});

test.each(['copilot', 'gemini', 'llamafile', 'lms', 'vllm', 'gcloud'])(
  '%s is never run, anywhere',
  (name) => expect(mayAsk(programTable.get(name)!, 'image').allow).toBe(false),
);

test.each(['host', 'sandbox'] as const)('no program of the %s is run by hermes', (root) => {
  const run = all.filter((program) => mayAsk(program, root).allow);
  expect(run).toEqual([]);
});

test('docker is not asked for what its daemon knows', () =>
  expect(mayAsk(programTable.get('docker')!, 'image')).toEqual({
    allow: true,
    args: ['--version'],
  }));

test.each([
  ['terraform', 'CHECKPOINT_DISABLE'],
  ['gh', 'GH_NO_UPDATE_NOTIFIER'],
  ['yarn', 'COREPACK_ENABLE_NETWORK'],
  ['pulumi', 'PULUMI_SKIP_UPDATE_CHECK'],
])('%s is asked with the switch %s that keeps it off the network', (name, variable) =>
  expect(programTable.get(name)!.env).toHaveProperty(variable),
);
