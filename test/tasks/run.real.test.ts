import { Client, Connection } from '@temporalio/client';
import { afterAll, beforeAll, expect, inject, onTestFinished, test } from 'vitest';
import { taskWorkflowId } from '../../contracts/ids.ts';
import { until } from '../stack/wait.ts';
import { startTaskStack, type TaskStack } from './task-stack.ts';

let stack: TaskStack;
beforeAll(async () => {
  stack = await startTaskStack({ temporalAddress: inject('temporalAddress') });
});
afterAll(() => stack?.destroy());

test('while the window is closed nothing starts, and the answer shows how to open it', async () => {
  const { status, body } = await stack.call('POST', '/vx11/spawn', {
    task_type: 'python',
    code: 'print(1)',
  });
  expect(status).toBe(200);
  expect(body).toMatchObject({ spawn_id: '', status: 'ERROR', error: 'off_by_policy' });
  expect(body.hint).toContain('vx11 open spawner');
  expect((await stack.call('GET', '/vx11/spawns')).body.spawns).toEqual([]);
  await stack.open();
});

test.each([
  ['python', 'import sys; print(sys.argv[1], sys.stdin.read())'],
  ['shell', 'echo "$1" "$(cat)"'],
  ['node', 'console.log(process.argv[2], require("fs").readFileSync(0, "utf8"))'],
])('%s code runs, with its arguments and its input', async (task_type, code) => {
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
  expect(ended.peak_memory_mb).toBeGreaterThan(0);
});

test('neither the code of a task nor its input or output is in the history of its workflow', async () => {
  const connection = await Connection.connect({ address: inject('temporalAddress') });
  onTestFinished(() => connection.close());
  const code =
    'import sys, os; print("out" + "put", sys.argv[1], sys.stdin.read(), os.environ["ENVNAME"])';
  const secrets = { args: ['argmark'], stdin: 'inmark', env: { ENVNAME: 'envmark' } };
  const ended = await stack.run({ task_type: 'python', code, ...secrets, ttl_seconds: 60 });
  expect(ended.stdout).toBe('output argmark inmark envmark\n');
  const handle = new Client({ connection }).workflow.getHandle(taskWorkflowId(ended.spawn_id));
  const { events } = await handle.fetchHistory();
  // payloads are bytes: each is read as text
  const all = JSON.stringify(events, (_, value: unknown) =>
    value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : value,
  );
  expect(all).toContain(ended.spawn_id);
  for (const mark of ['import sys', 'argmark', 'inmark', 'envmark', 'output argmark'])
    expect(all).not.toContain(mark);
});

test('a task may use all CPUs of the host, and no more', async () => {
  const cpus = Number(await stack.docker('info', '--format', '{{.NCPU}}'));
  const task = { task_type: 'shell', code: 'echo all' };
  expect((await stack.run({ ...task, cpus })).stdout).toBe('all\n');
  const { status, body } = await stack.call('POST', '/vx11/spawn', { ...task, cpus: cpus + 0.5 });
  expect(status).toBe(422);
  expect(body).toMatchObject({ errors: [{ field: 'cpus' }] });
});

test('POST /spawn runs a program, and its short status says how it ended', async () => {
  const body = { name: 'words', command: 'sh', args: ['-c', 'echo "$X"; echo no >&2; exit 3'] };
  const { body: started } = await stack.call('POST', '/spawn', { ...body, env: { X: 'yes' } });
  await stack.result(started.spawn_id, 30);
  const { body: status } = await stack.call('GET', `/spawn/${started.spawn_id}/status`);
  expect(status).toMatchObject({ status: 'failed', exit_code: 3, stdout: 'yes\n', stderr: 'no\n' });
});

test('a task that fails is retried as often as requested, each time one level deeper', async () => {
  const ended = await stack.run({ task_type: 'shell', code: 'exit 7', max_retries: 1 });
  expect(ended).toMatchObject({
    status: 'ERROR',
    state: 'failed',
    exit_code: 7,
    error: 'exit',
    mutation_level: 1,
  });
  expect(ended.attempts.map(({ mutation_level }) => mutation_level)).toEqual([0, 1]);
});

test.each([
  ['wall_time', 'timeout', { code: 'sleep 60', timeout_seconds: 1 }],
  [
    'out_of_memory',
    'killed',
    { task_type: 'python', code: 'x = "x" * (1 << 30)', max_memory_mb: 64 },
  ],
  ['signal', 'failed', { code: 'kill -9 $$' }],
])('%s is named as the cause', async (cause, state, body) => {
  const ended = await stack.run({ task_type: 'shell', ...body });
  expect(ended).toMatchObject({ cause, state, status: 'ERROR', error: cause });
});

test('the ttl bounds the whole task, retries included', async () => {
  const body = { task_type: 'shell', code: 'sleep 60', ttl_seconds: 2, max_retries: 10 };
  const ended = await stack.run(body);
  expect(ended).toMatchObject({ state: 'timeout', cause: 'wall_time' });
});

test('input files are there before the code runs, and its output files after it', async () => {
  const ended = await stack.run({
    task_type: 'python',
    code: `
import os, shutil
os.makedirs('/task/out/deep', exist_ok=True)
shutil.copy('/task/in/a.txt', '/task/out/deep/b.txt')
os.symlink('/etc/passwd', '/task/out/link')
`,
    files: [{ path: 'in/a.txt', content: 'hello ☃' }],
  });
  expect(ended).toMatchObject({ status: 'DONE', artifacts: [{ path: 'deep/b.txt', bytes: 9 }] });
  expect(ended.refused).toMatchObject([{ path: 'link' }]);
  const path = `/vx11/spawn/${ended.spawn_id}/artifacts`;
  expect((await stack.call('GET', `${path}/deep/b.txt`)).body).toBe('hello ☃');
  expect((await stack.call('GET', `${path}/link`)).status).toBe(404);
});

test('a result shows the beginning and the end of long output, and a file has all of it', async () => {
  const lines = 400_000;
  const ended = await stack.run({ task_type: 'shell', code: `seq 1 ${lines}` });
  expect(ended).toMatchObject({ status: 'DONE', stdout_truncated: true, stderr_truncated: false });
  expect(ended.stdout.length).toBeLessThan(1024 * 1024 + 100);
  expect(ended.stdout).toMatch(/^1\n2\n3\n/);
  expect(ended.stdout).toMatch(new RegExp(`${lines - 1}\n${lines}\n$`));
  const whole = await stack.call('GET', `/vx11/spawn/${ended.spawn_id}/artifacts/.output/stdout`);
  const said = whole.body as string;
  expect(said.split('\n')).toHaveLength(lines + 1);
  const shown = Buffer.byteLength(ended.stdout.replace(/\n\[… \d+ bytes dropped …\]\n/, ''));
  expect(shown + ended.stdout_dropped_bytes).toBe(Buffer.byteLength(said));
});

test('the gateway exposes the metrics of the spawner', async () => {
  await stack.run({ task_type: 'shell', code: 'exit 0' });
  const url = `${stack.url}/metrics`;
  const counted =
    /vx11_spawn_attempts_total\{[^}]*outcome="completed"[^}]*host="[^"]+"[^}]*\} [1-9]/;
  await until('its next sign of life tells them', async () => {
    const answer = await fetch(url, { headers: { 'x-vx11-token': stack.token } });
    const text = await answer.text();
    return counted.test(text) && text.includes('vx11_spawn_queued_seconds_bucket');
  });
});

test('nothing of them is left on the host', async () => {
  await stack.close();
  await stack.spawner.stop();
  expect(await stack.sandboxes()).toEqual([]);
});
