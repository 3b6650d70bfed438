import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { endWithUs } from '../stack/reaper.ts';
import { startTemporal } from '../stack/temporal.ts';
import { until } from '../cli/up/temporary-home.ts';

const repository = join(import.meta.dirname, '../..');

/** Starts a role as its container does, and returns ways to inspect it. */
function startRole(name: string, port: number, temporal: string) {
  const child = spawn(process.execPath, ['workers/main.ts', name], {
    cwd: repository,
    env: { PATH: process.env['PATH'], TEMPORAL_ADDRESS: temporal, VX11_HOST: 'box' },
  });
  endWithUs(child);
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

test('a role is starting while Temporal is unavailable, and stops at once on request', async () => {
  const { child, health } = startRole('hermes', 8003, '127.0.0.1:1');
  await until(async () => (await health()) !== undefined);
  expect(await health()).toMatchObject({
    code: 503,
    body: { status: 'starting', module: 'hermes' },
  });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});

test('a role is ok once it polls its queue, degraded while Temporal is unavailable, and stops on request', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'vx11-role-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const server = await startTemporal({ folder });
  onTestFinished(() => server.stop());
  const { child, health } = startRole('hormiguero', 8004, server.address);
  await until(async () => (await health())?.code === 200, 10_000);
  await server.stop();
  await until(async () => (await health())?.code === 503, 10_000);
  expect((await health())?.body).toMatchObject({ status: 'degraded' });
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([0, null]);
});
