import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from '../../../../cli/up/settings.ts';
import { keepTemporalRelay } from '../../../../cli/up/temporal/temporal-relay.ts';

const repository = join(import.meta.dirname, '../../../..');

/** Returns the lines printed when no Engine answers; none means that the Engine was not even asked. */
async function saidFor(env: NodeJS.ProcessEnv, windowServices: string[] = []): Promise<string[]> {
  const output: string[] = [];
  const stack = Promise.resolve({ project: 'demo', windowServices, watched: [] });
  const settings = readSettings({ ...env, VX11_DOCKER_SOCKET: '/does/not/exist' }, repository);
  const signal = AbortSignal.timeout(2_000);
  await keepTemporalRelay(settings, stack, signal, (line) => output.push(line));
  return output;
}

test("the relay opens for VX11's own stack, and for a user's stack only if it has a spawner", async () => {
  const users = { VX11_COMPOSE_FILE: '/somewhere/compose.yml' };
  expect(await saidFor(users, ['web'])).toEqual([]);
  expect(await saidFor(users, ['web', 'spawner'])).toHaveLength(1);
  expect(await saidFor({})).toHaveLength(1);
});
