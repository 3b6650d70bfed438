import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { afterAll, afterEach, beforeAll, beforeEach, expect, inject, test } from 'vitest';
import { taskWorkflowId } from '../../contracts/ids.ts';
import type { TaskView } from '../../contracts/task.ts';
import { hasTaskEnded } from '../../domain/tasks/task.ts';
import { until } from '../stack/wait.ts';
import { startTaskStack, type TaskStack } from './task-stack.ts';

let stack: TaskStack;
beforeAll(async () => {
  const env = { VX11_CALLBACK_ALLOW: '127.0.0.1' };
  stack = await startTaskStack({ temporalAddress: inject('temporalAddress'), env });
});
afterAll(() => stack?.destroy());
beforeEach(() => stack.open());
afterEach(() =>
  until('nothing runs', async () => {
    const { body } = await stack.call('GET', '/vx11/spawns?state=running');
    return body.spawns.length === 0;
  }),
);

const sleeper = { task_type: 'shell', code: 'echo up; sleep 300', ttl_seconds: 600 };
const isIn = (id: string, state: TaskView['state']) =>
  until(`${id} is ${state}`, async () => (await stack.result(id)).state === state);
const saidUp = (id: string) =>
  until(`${id} says that it is up`, async () => (await stack.result(id)).stdout === 'up\n');

test('a cancelled task is dead when the answer arrives, even if it ignores SIGTERM', async () => {
  const code = `trap '' TERM; echo up; while :; do sleep 1; done`;
  for (const body of [sleeper, { ...sleeper, code }]) {
    const id = await stack.spawn(body);
    await saidUp(id);
    const { body: answer } = await stack.call('DELETE', `/vx11/spawn/${id}`);
    expect(answer).toMatchObject({ was_live: true, state: 'cancelled', status: 'ERROR' });
    expect(await stack.result(id)).toMatchObject({ cause: 'cancelled', stdout: 'up\n' });
    const { body: again } = await stack.call('DELETE', `/vx11/spawn/${id}`);
    expect(again).toMatchObject({ was_live: false, state: 'cancelled' });
  }
});

test('cancelling a task cancels its children', async () => {
  const parent = await stack.spawn(sleeper);
  const child = await stack.spawn({ ...sleeper, parent_id: parent });
  const grandchild = await stack.spawn({ ...sleeper, parent_id: child });
  for (const id of [parent, child, grandchild]) await saidUp(id);
  const { body } = await stack.call('GET', `/spawn/list?parent_id=${parent}`);
  expect(body.spawns).toMatchObject([{ spawn_id: child, state: 'running' }]);
  await stack.call('DELETE', `/vx11/spawn/${parent}`);
  for (const id of [parent, child, grandchild]) await isIn(id, 'cancelled');
});

test('a task that waits is cancelled without having run', async () => {
  const env = await stack.call('GET', '/vx11/spawns?limit=1');
  expect(env.status).toBe(200);
  const cpus = 0.1;
  const hogs = await Promise.all(
    Array.from({ length: 2 }, () => stack.spawn({ ...sleeper, cpus: 2 })),
  );
  for (const id of hogs) await isIn(id, 'running');
  const waiting = await stack.spawn({ ...sleeper, cpus });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(await stack.result(waiting)).toMatchObject({ state: 'queued' });
  await stack.call('DELETE', `/vx11/spawn/${waiting}`);
  expect(await stack.result(waiting)).toMatchObject({ state: 'cancelled', attempts: [] });
  for (const id of hogs) await stack.call('DELETE', `/vx11/spawn/${id}`);
});

test('the callback of a task is a signed message, retried until it is accepted', async () => {
  const got: { headers: IncomingHttpHeaders; body: string }[] = [];
  const server = createServer((request, reply) => {
    let body = '';
    request.on('data', (part: Buffer) => (body += part.toString()));
    request.on('end', () => {
      got.push({ headers: request.headers, body });
      reply.writeHead(got.length === 1 ? 503 : 204).end();
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const callback_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/done`;
  const id = await stack.spawn({ task_type: 'shell', code: 'exit 2', callback_url });
  await until('the second try is there', () => got.length === 2, 30_000);
  server.close();
  const { headers, body } = got[1]!;
  expect(JSON.parse(body)).toMatchObject({ spawn_id: id, state: 'failed', exit_code: 2 });
  const match = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(headers['x-vx11-signature']))!;
  const secret = (await readFile(join(stack.home, 'callback-secret'), 'utf8')).trim();
  const mac = createHmac('sha256', secret).update(`${match[1]}.${body}`).digest('hex');
  expect(match[2]).toBe(mac);
});

test('a task whose workflow was terminated is ended, and its callback is sent all the same', async () => {
  const received: string[] = [];
  const server = createServer((request, response) => {
    request.setEncoding('utf8').on('data', (part: string) => received.push(part));
    response.end();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const callback_url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/done`;
  const id = await stack.spawn({ ...sleeper, callback_url });
  await saidUp(id);
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  await new Client({ connection }).workflow.getHandle(taskWorkflowId(id)).terminate('by hand');
  await connection.close();
  await until('it is ended', async () => hasTaskEnded((await stack.result(id)).state), 60_000);
  await until('the callback arrives', () => received.length > 0, 30_000);
  server.close();
  expect(JSON.parse(received.join(''))).toMatchObject({ spawn_id: id, status: 'ERROR' });
  expect((await stack.result(id)).stdout).toBe('up\n');
});

test('a spawner that is stopped ends its running tasks with window_closed', async () => {
  const id = await stack.spawn(sleeper);
  await saidUp(id);
  await stack.spawner.stop();
  expect(await stack.result(id)).toMatchObject({ state: 'killed', cause: 'window_closed' });
});

test('tasks that wait when the window closes end with window_closed too', async () => {
  await stack.spawner.kill();
  const id = await stack.spawn(sleeper);
  await stack.close();
  await isIn(id, 'killed');
  expect(await stack.result(id)).toMatchObject({ cause: 'window_closed', attempts: [] });
});

test('a task whose window closes while its spawner runs on ends with it', async () => {
  const id = await stack.spawn(sleeper);
  await saidUp(id);
  await stack.close();
  await isIn(id, 'killed');
  expect(await stack.result(id)).toMatchObject({ cause: 'window_closed' });
});

test.each([
  ['is lost', 0, 1],
  ['is tried once more where that was asked for', 1, 2],
])(
  'a task whose spawner is killed %s, and nothing of it runs on',
  async (_, max_retries, tries) => {
    const id = await stack.spawn({ ...sleeper, max_retries });
    await saidUp(id);
    await stack.spawner.kill();
    await stack.open();
    if (max_retries === 0) await isIn(id, 'lost');
    else {
      await until(
        'a second attempt runs',
        async () => (await stack.result(id)).attempts.at(-1)?.attempt === 2,
      );
      await saidUp(id);
      await stack.call('DELETE', `/vx11/spawn/${id}`);
    }
    const { attempts } = await stack.result(id);
    expect(attempts).toHaveLength(tries);
    expect(attempts[0]).toMatchObject({ state: 'lost', cause: 'sandbox_lost' });
  },
);

test('a task that waits when its spawner is killed runs once there is a spawner again', async () => {
  const hogs = [
    await stack.spawn({ ...sleeper, cpus: 2 }),
    await stack.spawn({ ...sleeper, cpus: 2 }),
  ];
  for (const id of hogs) await isIn(id, 'running');
  const waiting = await stack.spawn({ task_type: 'shell', code: 'echo ran', ttl_seconds: 600 });
  await until('it waits in line', async () => {
    const port = stack.env['VX11_SPAWNER_PORT'];
    const text = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text();
    return /^vx11_spawn_waiting\{[^}]*\} 1$/m.test(text);
  });
  await stack.spawner.kill();
  await stack.open();
  await isIn(waiting, 'completed');
  const ended = await stack.result(waiting);
  expect(ended).toMatchObject({ stdout: 'ran\n' });
  expect(ended.attempts).toMatchObject([{ attempt: 1, mutation_level: 0 }]);
  for (const id of hogs) await isIn(id, 'lost');
});

test('nothing of them is left on the host', async () => {
  await stack.spawner.stop();
  await until('no sandbox is left', async () => (await stack.sandboxes()).length === 0);
});
