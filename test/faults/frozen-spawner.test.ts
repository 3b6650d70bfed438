import { afterAll, beforeAll, expect, test } from 'vitest';
import { namedAfter } from '../../activities/sandbox/template.ts';
import { addSpawner, spawnerSettings, type TaskStack } from '../tasks/task-stack.ts';
import { until } from '../stack/wait.ts';
import { startFixture, type Fixture } from './harness/fixture.ts';

let fixture: Fixture;
let stack: TaskStack;
beforeAll(async () => {
  fixture = await startFixture({ services: { spawner: {} }, env: await spawnerSettings() });
  stack = addSpawner(fixture);
  await stack.open();
});
afterAll(async () => {
  await stack?.spawner.stop();
  await fixture?.destroy();
});

const sandboxesOf = async (id: string): Promise<string[]> => {
  const named = `name=${namedAfter(id)}`;
  return (await stack.docker('ps', '-q', '--filter', named)).split('\n').filter(Boolean);
};

test.each([
  ['was ready', 256],
  ['was created for it', 192],
])(
  'when a spawner freezes, its task, whose sandbox %s, is dead before the retry',
  async (_, max_memory_mb) => {
    const code = 'echo run; sleep 60';
    const id = await stack.spawn({ task_type: 'shell', code, max_retries: 1, max_memory_mb });
    await until('it runs', async () => (await stack.result(id)).stdout === 'run\n');
    const [first] = await until('its sandbox has its name', async () => {
      const found = await sandboxesOf(id);
      return found.length === 1 && found;
    });
    stack.spawner.signal('SIGSTOP');
    try {
      await until(
        'the attempt is given up',
        async () => (await stack.result(id)).attempts[0]?.state === 'lost',
        30_000,
      );
      // reported as lost only once nothing of it can still run
      expect(await sandboxesOf(id)).toEqual([]);
    } finally {
      stack.spawner.signal('SIGCONT');
    }
    const [second] = await until('it is tried again', async () => {
      const found = await sandboxesOf(id);
      return found.length === 1 && found;
    });
    expect(second).not.toBe(first);
    await stack.call('DELETE', `/vx11/spawn/${id}`);
    const ended = await stack.result(id, 10);
    expect(ended).toMatchObject({ state: 'cancelled', stdout: 'run\n' });
    expect(ended.attempts.map(({ state }) => state)).toEqual(['lost', 'cancelled']);
  },
);
