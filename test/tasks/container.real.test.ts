import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Docker from 'dockerode';
import { parse } from 'yaml';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { TaskAnswer, TaskResult } from '../../contracts/task.ts';
import { startStack, type TestStack } from '../stack/stack.ts';
import { freePort } from '../stack/temporal.ts';
import { until } from '../stack/wait.ts';

const image = process.env.VX11_IMAGE ?? 'vx11:local';
const built = await new Docker()
  .getImage(image)
  .inspect()
  .then(() => true)
  .catch(() => false);

/** The service as VX11's own file has it, on the host's network, where a test's Temporal listens. */
async function ownSpawner(port: number): Promise<Record<string, unknown>> {
  const file = join(import.meta.dirname, '../../docker-compose.yml');
  const stack = parse(await readFile(file, 'utf8'), { merge: true }) as {
    services: Record<string, Record<string, unknown>>;
  };
  const { environment, healthcheck, ...service } = stack.services['spawner']!;
  delete service['extra_hosts'];
  const asked = ['CMD', 'node', 'workers/probe.mjs', String(port)];
  return {
    ...service,
    network_mode: 'host',
    environment: { ...(environment as object), VX11_SPAWNER_PORT: String(port) },
    healthcheck: { ...(healthcheck as object), test: asked, interval: '1s' },
  };
}

describe.skipIf(!built)('the spawner in its container, as the compose file has it', () => {
  let stack: TestStack;
  const temporalAddress = inject('temporalAddress');
  const owner = 12_345;

  beforeAll(async () => {
    const port = await freePort();
    stack = await startStack({
      temporalAddress,
      services: { spawner: await ownSpawner(port) },
      env: {
        VX11_IMAGE: image,
        VX11_TEMPORAL_ADDRESS: temporalAddress,
        VX11_FILES_OWNER: String(owner),
        VX11_SPAWN_POOL: '1',
      },
    });
  });
  afterAll(() => stack?.destroy());

  const task = async (body: object): Promise<string> =>
    until('a task is taken', async () => {
      const answer = (await stack.call('POST', '/vx11/spawn', body)).body as TaskAnswer;
      return answer.spawn_id === '' ? null : answer.spawn_id;
    });
  const result = async (id: string, wait = 30): Promise<TaskResult> =>
    (await stack.call('GET', `/vx11/result/${id}?wait_seconds=${wait}`)).body as TaskResult;

  test('a window opens it, a task runs, and the gateway can read its files', async () => {
    const opened = await stack.call('POST', '/vx11/window/open', {
      target: 'spawner',
      ttl_seconds: 600,
      wait_seconds: 60,
    });
    expect(opened.body).toMatchObject({ is_open: true });
    const code = `open('/task/out/a.txt', 'w').write('left'); print('hi')`;
    const ended = await result(await task({ task_type: 'python', code }));
    expect(ended).toMatchObject({ status: 'DONE', stdout: 'hi\n' });
    const file = join(stack.home, 'spawns', ended.spawn_id, '1/left/a.txt');
    const left = await readFile(file, 'utf8');
    expect(left).toBe('left');
    const facts = await stack.docker(
      'run',
      '--rm',
      '-v',
      `${stack.home}:/home:ro`,
      'vx11-tiny:local',
      'ls',
      '-ln',
      `/home/spawns/${ended.spawn_id}/1/left`,
    );
    expect(facts).toContain(` ${owner} `);
  });

  test('when its window closes, running tasks end with window_closed, and nothing is left', async () => {
    const id = await task({ task_type: 'shell', code: 'echo up; sleep 300' });
    await until('it is up', async () => (await result(id, 0)).stdout === 'up\n');
    await stack.call('POST', '/vx11/window/close', { target: 'spawner' });
    expect(await result(id)).toMatchObject({ state: 'killed', cause: 'window_closed' });
    const filter = `label=vx11.owner=${stack.home}`;
    await until('no sandbox is left', async () => {
      return (await stack.docker('ps', '-aq', '--filter', filter)).trim() === '';
    });
  });
});
