import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { startSpawnStack, type SpawnStack } from './spawn-stack.ts';

let stack: SpawnStack;
beforeAll(async () => {
  stack = await startSpawnStack({ temporalAddress: inject('temporalAddress') });
});
afterAll(() => stack?.destroy());

test('while the window is closed nothing is started, and the answer shows how to open it', async () => {
  const { status, body } = await stack.call('POST', '/vx11/spawn', {
    task_type: 'python',
    code: 'print(1)',
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({ spawn_id: '', status: 'ERROR', error: 'off_by_policy' });
  expect(body.hint).toContain('vx11 open spawner');
  expect((await stack.call('GET', '/vx11/spawns')).body.spawns).toEqual([]);
});

test.each([
  ['python', 'import sys; print(sys.argv[1], sys.stdin.read())'],
  ['shell', 'echo "$1" "$(cat)"'],
  ['node', 'console.log(process.argv[2], require("fs").readFileSync(0, "utf8"))'],
])('%s code runs, with its arguments and its input', async (task_type, code) => {
  await stack.open();
  const ended = await stack.run({ task_type, code, args: ['a b'], stdin: 'in', ttl_seconds: 60 });
  expect(ended).toMatchObject({
    status: 'DONE',
    state: 'completed',
    exit_code: 0,
    cause: 'exit',
    stdout: 'a b in\n',
    stderr: '',
    stdout_truncated: false,
    error: null,
  });
  expect(ended.attempts).toHaveLength(1);
});
