import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { until } from '../stack/wait.ts';
import { startTaskStack, type TaskStack } from './task-stack.ts';

const health = async (stack: TaskStack): Promise<unknown> => {
  const answer = await fetch(`http://127.0.0.1:${stack.env['VX11_SPAWNER_PORT']}/health`);
  return ((await answer.json()) as { dependencies: { sandboxes: string } }).dependencies.sandboxes;
};

describe('where the Engine does not offer the runtime that was asked for', () => {
  let stack: TaskStack;
  beforeAll(async () => {
    const env = { VX11_SANDBOX_RUNTIME: 'vx11t-no-such-runtime' };
    stack = await startTaskStack({ temporalAddress: inject('temporalAddress'), env });
    await stack.open();
  });
  afterAll(() => stack?.destroy());

  test('a task ends once, with the cause and what to do', async () => {
    const ended = await stack.run({ task_type: 'shell', code: 'echo ran', max_retries: 3 });
    expect(ended).toMatchObject({
      state: 'failed',
      cause: 'runtime_missing',
      error: 'runtime_missing',
      stdout: '',
      detail: expect.stringMatching(/no runtime vx11t-no-such-runtime.*daemon\.json/),
    });
    expect(ended.attempts).toHaveLength(1);
  });

  test('the health of the spawner and its log say so', async () => {
    await until('it has looked', async () => (await health(stack)) === 'down');
    expect(stack.spawner.log()).toContain('"msg":"no sandbox can be made"');
  });
});

const own = inject('ownKernel');
describe.skipIf(own === null)('where each sandbox has a kernel of its own', () => {
  let stack: TaskStack;
  beforeAll(async () => {
    const { socketPath, runtime } = own!;
    const load = `docker save ${inject('tinyImage')} | docker -H unix://${socketPath} load`;
    await promisify(execFile)('sh', ['-c', load]);
    stack = await startTaskStack({
      temporalAddress: inject('temporalAddress'),
      engineSocket: socketPath,
      env: { VX11_DOCKER_SOCKET: socketPath, VX11_SANDBOX_RUNTIME: runtime },
    });
    await stack.open();
  });
  afterAll(() => stack?.destroy());

  test.each([
    ['python', 'import os; print("gvisor" in os.uname().release)', 'True\n'],
    ['shell', 'uname -r | grep -o gvisor', 'gvisor\n'],
    ['node', 'console.log(require("os").release().includes("gvisor"))', 'true\n'],
  ])(
    'S32: %s code runs in it, and sees that kernel and not the host’s',
    async (task_type, code, stdout) => {
      expect(await stack.run({ task_type, code })).toMatchObject({ status: 'DONE', stdout });
      expect(await health(stack)).toBe('ok');
    },
  );

  test('a task over its limit ends with that cause, and nothing is left', async () => {
    const code = 'x = "x" * (1 << 30)';
    const ended = await stack.run({ task_type: 'python', code, max_memory_mb: 64 });
    // a busy Engine may miss why the sandbox died
    expect(['out_of_memory', 'sandbox_lost']).toContain(ended.cause);
    await stack.spawner.stop();
    await until('no sandbox is left', async () => (await stack.sandboxes()).length === 0);
  });
});
