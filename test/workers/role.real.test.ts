import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { until } from '../cli/up/temporary-home.ts';

const repository = join(import.meta.dirname, '../..');
const executable = process.env['VX11_TEMPORAL_BIN'];

/** Starts a role as its container does, and gives ways to look at it. */
function startRole(name: string, port: number, temporal: string) {
  const child = spawn(process.execPath, ['workers/main.ts', name], {
    cwd: repository,
    env: { PATH: process.env['PATH'], TEMPORAL_ADDRESS: temporal },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  const health = async () => {
    try {
      const answer = await fetch(`http://127.0.0.1:${port}/health`);
      return { code: answer.status, body: await answer.json() };
    } catch {
      return undefined;
    }
  };
  return { child, health };
}

test('a role says that it is starting while Temporal is away, and ends at once when asked', async () => {
  const { child, health } = startRole('hermes', 8003, '127.0.0.1:1');
  await until(async () => (await health()) !== undefined);
  expect(await health()).toMatchObject({
    code: 503,
    body: { status: 'starting', module: 'hermes' },
  });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test.skipIf(!executable)(
  'a role is ok once it polls its queue, degraded while Temporal is away, and ends within 3 s',
  async () => {
    const server = await TestWorkflowEnvironment.createLocal({
      server: { executable: { type: 'existing-path', path: executable ?? '' } },
    });
    let serverEnded = false;
    const endServer = async (): Promise<void> => {
      if (!serverEnded) await server.teardown();
      serverEnded = true;
    };
    onTestFinished(endServer);
    const { child, health } = startRole('switch', 8002, server.address);
    await until(async () => (await health())?.code === 200, 10_000);
    await endServer();
    await until(async () => (await health())?.code === 503, 10_000);
    expect((await health())?.body).toMatchObject({ status: 'degraded' });
    const asked = Date.now();
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([0, null]);
    expect(Date.now() - asked).toBeLessThan(3_000);
  },
  40_000,
);
