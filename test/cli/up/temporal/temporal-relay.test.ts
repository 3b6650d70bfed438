import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSettings } from '../../../../cli/up/settings.ts';
import { keepTemporalDoor } from '../../../../cli/up/temporal/temporal-relay.ts';

const repository = join(import.meta.dirname, '../../../..');

/** What is said by one who looks for an Engine that is not there; silence is not even having looked. */
async function saidFor(env: NodeJS.ProcessEnv, windowServices: string[] = []): Promise<string[]> {
  const said: string[] = [];
  const stack = Promise.resolve({ project: 'demo', windowServices });
  const settings = readSettings({ ...env, VX11_DOCKER_SOCKET: '/does/not/exist' }, repository);
  const signal = AbortSignal.timeout(2_000);
  await keepTemporalDoor(settings, stack, signal, (line) => said.push(line));
  return said;
}

test("Temporal is opened to VX11's own roles, and to a user's stack only where it has a spawner", async () => {
  const users = { VX11_COMPOSE_FILE: '/somewhere/compose.yml' };
  expect(await saidFor(users, ['web'])).toEqual([]);
  expect(await saidFor(users, ['web', 'spawner'])).toHaveLength(1);
  expect(await saidFor({})).toHaveLength(1);
});
