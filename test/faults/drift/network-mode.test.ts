import { afterAll, beforeAll, expect, test } from 'vitest';
import type { DslBlock } from '../../../contracts/manifestator.ts';
import { insist } from '../../stack/calls.ts';
import { startManifestator } from '../../stack/manifestator-program.ts';
import type { TestProgram } from '../../stack/program.ts';
import { startPatchStack, type PatchStack } from './patch-stack.ts';

let one: PatchStack;
let manifestator: TestProgram;
beforeAll(async () => {
  one = await startPatchStack();
  manifestator = startManifestator(one.fixture);
});
afterAll(async () => {
  await manifestator?.stop();
  await one?.fixture.destroy();
});

const mode = { target: 'web', key: 'network_mode', value: 'none' } as const;
const steps: [string, DslBlock[], string[]][] = [
  ['takes it off its network', [{ ...mode, operation: 'set' }], ['none', 'none']],
  [
    'puts it back when it is removed',
    [{ target: 'web', key: 'network_mode', operation: 'delete' }],
    ['default', 'default'],
  ],
];

test.each(steps)('network_mode of the older language %s', async (_, blocks, networks) => {
  const plan = await insist(one.fixture, '/manifestator/dsl/plan', { blocks }, 120_000);
  const { dsl_id, test_result } = plan.body;
  expect(dsl_id, JSON.stringify(test_result)).not.toBeNull();
  await one.confirm(dsl_id as string);
  const { status, detail } = await one.ended(dsl_id as string);
  expect([status, detail]).toEqual(['kept', null]);
  const format =
    '{{.HostConfig.NetworkMode}} {{range $name, $_ := .NetworkSettings.Networks}}{{$name}}{{end}}';
  const found = (await one.container(format)).replaceAll(`${one.fixture.project}_`, '');
  expect(found.split(' ')).toEqual(networks);
  expect((await one.audit()).filter(({ service }) => service === 'web')).toEqual([]);
});
