import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { until } from '../stack/wait.ts';
import { startTaskStack, type TaskStack } from '../tasks/task-stack.ts';

let stack: TaskStack;
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vx11-run-'));
  stack = await startTaskStack({ temporalAddress: inject('temporalAddress') });
});
afterAll(async () => {
  await stack?.destroy();
  await rm(folder, { recursive: true, force: true });
});

const main = join(import.meta.dirname, '../../cli/main.ts');

/** Runs the command line as a process. With input null it has no standard input; with `open` the test writes to it. */
function vx11(args: string[], input: string | null = null) {
  const env = { PATH: process.env.PATH, VX11_URL: stack.url, VX11_TOKEN: stack.token };
  const child = spawn(process.execPath, [main, ...args], {
    env,
    stdio: [input === null ? 'ignore' : 'pipe', 'pipe', 'pipe'],
  });
  const output = { out: '', err: '' };
  child.stdout!.on('data', (part: Buffer) => (output.out += part.toString()));
  child.stderr!.on('data', (part: Buffer) => (output.err += part.toString()));
  if (input !== 'open') child.stdin?.end(input);
  const ended = new Promise<{ code: number | null; out: string; err: string }>((resolve) =>
    child.on('close', (code) => resolve({ code, ...output })),
  );
  return { child, output, ended };
}

test('while the spawner sleeps, run names the command that opens it, and --open opens it', async () => {
  const asleep = await vx11(['run', '--', 'echo', 'hi']).ended;
  expect(asleep.code).toBe(3);
  expect(asleep.err).toContain('vx11 open spawner --ttl 10m');
  stack.spawner.start();
  const opened = await vx11(['run', '--open', '10m', '--', 'echo', 'hi']).ended;
  expect(opened).toEqual({ code: 0, out: 'hi\n', err: '' });
  await stack.open();
});

test('a program runs with its arguments and input, and run exits with its exit code', async () => {
  const ran = await vx11(['run', '--', 'sh', '-c', 'cat; echo "$0" >&2; exit 7', 'a b'], 'in')
    .ended;
  expect(ran).toEqual({ code: 7, out: 'in', err: 'a b\n' });
});

test('output that is not UTF-8 is printed byte for byte', async () => {
  const bytes = String.raw`\377\000A\303(\360\237\230`;
  const { child, ended } = vx11(['run', '--no-stdin', '--', 'printf', bytes]);
  const parts: Buffer[] = [];
  child.stdout!.on('data', (part: Buffer) => parts.push(part));
  expect(await ended).toMatchObject({ code: 0, err: '' });
  expect(Buffer.concat(parts).toString('hex')).toBe('ff0041c328f09f98');
});

test('late, absent, endless and binary standard input are handled', async () => {
  const late = vx11(['run', '--', 'cat'], 'open');
  await until(
    'the hint about standard input is printed',
    () => late.output.err.includes('--no-stdin'),
    10_000,
  );
  late.child.stdin!.end('late');
  expect(await late.ended).toMatchObject({ code: 0, out: 'late' });

  const ignored = vx11(['run', '--no-stdin', '--', 'echo', 'hi'], 'open');
  expect(await ignored.ended).toMatchObject({ code: 0, out: 'hi\n', err: '' });

  const endless = vx11(['run', '--', 'head', '-1'], 'open');
  endless.child.stdin!.on('error', () => undefined).write('y\n'.repeat(2 ** 20));
  const refused = await endless.ended;
  expect(refused.code).toBe(2);
  expect(refused.err).toContain('larger than 1048576 bytes');

  const binary = vx11(['run', '--', 'cat'], 'open');
  binary.child.stdin!.end(Buffer.from([0xff, 0xfe, 0]));
  expect((await binary.ended).err).toContain('not UTF-8');

  const stopped = vx11(['run', '--', 'cat'], 'open');
  await until('it reads standard input', () => stopped.output.err.includes('--no-stdin'), 10_000);
  stopped.child.kill('SIGINT');
  expect(await stopped.ended).toMatchObject({ code: 130 });
});

test('a code file runs by its extension, and code is also read from a pipe', async () => {
  const files = { 'a.py': 'print("py")', 'a.js': 'console.log("js")', 'a.sh': 'echo sh $1' };
  for (const [name, code] of Object.entries(files)) {
    await writeFile(join(folder, name), code);
    const ran = await vx11(['run', join(folder, name), 'x']).ended;
    expect(ran.out.trim()).toMatch(new RegExp(`^${name.slice(2)}( x)?$`));
    expect(ran.code).toBe(0);
  }
  const piped = await vx11(['run', '--python', '-'], 'import sys; print(6*7); sys.exit(2)').ended;
  expect(piped).toEqual({ code: 2, out: '42\n', err: '' });
});

test('a task that times out is reported with its cause and the exit code of timeout(1)', async () => {
  const late = await vx11(['run', '--timeout', '1s', '--', 'sleep', '60']).ended;
  expect(late.code).toBe(124);
  expect(late.err).toContain('timeout: wall_time');
});

test('output is printed while the task runs, and Ctrl-C cancels the task', async () => {
  const running = vx11(['run', '--', 'sh', '-c', 'echo up; sleep 300']);
  await until('it is up', () => running.output.out === 'up\n');
  running.child.kill('SIGINT');
  const { code, err } = await running.ended;
  expect(code).toBe(130);
  const id = /spawn-[0-9a-f]+/.exec(err)![0];
  expect(await stack.result(id)).toMatchObject({ state: 'cancelled', cause: 'cancelled' });
  const listed = await vx11(['spawns', '--state', 'cancelled']).ended;
  expect(listed.out).toContain(id);
  const log = await vx11(['logs', id.slice(0, 14)]).ended;
  expect(log).toMatchObject({ code: 0, out: 'up\n' });
  expect(log.err).toContain('cancelled');
});

test('--json prints the result', async () => {
  const { code, out } = await vx11(['--json', 'run', '--', 'echo', 'hi']).ended;
  expect(code).toBe(0);
  expect(JSON.parse(out)).toMatchObject({ status: 'DONE', stdout: 'hi\n' });
});
