import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { keepRunning, nextWait, type Program } from '../../../../cli/up/process/child.ts';
import { readPidFile } from '../../../../cli/up/process/pid-file.ts';
import { identify, isAlive } from '../../../../platform/process-identity.ts';
import { temporaryHome, until } from '../temporary-home.ts';

const node = (name: string, code: string, channel = false): Program => ({
  name,
  command: process.execPath,
  args: ['--eval', code],
  env: {},
  cwd: '/',
  channel,
});

function supervise(program: Program) {
  const home = temporaryHome();
  const output: string[] = [];
  const child = keepRunning(program, home, (line) => output.push(line));
  onTestFinished(() => child.stop(0));
  const log = (): string => readFileSync(join(home, 'logs', `${program.name}.log`), 'utf8');
  return { home, output, child, log };
}

test('a killed child is restarted with a new process id, and one line reports it', async () => {
  const { home, output, child, log } = supervise(
    node('one', "console.log('up'); setInterval(() => {}, 1e6)"),
  );
  await until(() => log() === 'up\n');
  const first = child.pid() ?? 0;
  expect(readPidFile(join(home, 'run/one.pid'))?.pid).toBe(first);
  process.kill(first, 'SIGKILL');
  await until(() => log() === 'up\nup\n');
  expect(child.pid()).not.toBe(first);
  expect(output).toHaveLength(1);
  expect(output[0]).toMatch(/^one exited \(SIGKILL\); restarting it in 200 ms/);
});

test('a child that cannot start is retried until it is stopped', async () => {
  const missing = { ...node('none', ''), command: '/does/not/exist' };
  const { output, child } = supervise(missing);
  await until(() => output.length === 2);
  expect(output[1]).toContain('in 400 ms');
  await child.stop(100);
  expect(child.pid()).toBeUndefined();
});

test('a start after a pause that fails can be tried again', async () => {
  const { home, child, log } = supervise(
    node('one', "console.log('up'); setInterval(() => {}, 1e6)"),
  );
  await until(() => log() === 'up\n');
  await child.pause(5_000);
  rmSync(join(home, 'logs'), { recursive: true });
  writeFileSync(join(home, 'logs'), '');
  expect(() => child.resume()).toThrow();
  rmSync(join(home, 'logs'));
  child.resume();
  await until(() => log() === 'up\n');
});

test('stopping waits for a child that exits on SIGTERM, and kills one that ignores it', async () => {
  const polite = supervise(
    node(
      'polite',
      "process.on('SIGTERM', () => { console.log('bye'); process.exit(0) }); console.log('up'); setInterval(() => {}, 1e6)",
    ),
  );
  await until(() => polite.log() === 'up\n');
  await polite.child.stop(5_000);
  expect(polite.log()).toBe('up\nbye\n');
  expect(existsSync(join(polite.home, 'run/polite.pid'))).toBe(false);

  const deaf = supervise(
    node('deaf', "process.on('SIGTERM', () => {}); console.log('up'); setInterval(() => {}, 1e6)"),
  );
  await until(() => deaf.log() === 'up\n');
  const identity = identify(deaf.child.pid() ?? 0);
  await deaf.child.stop(100);
  expect(identity && isAlive(identity)).toBe(false);
  expect(deaf.output).toEqual([]);
});

test.each([
  ['is short after the first exit', 10, undefined, 200],
  ['doubles after a short run', 10, 200, 400],
  ['never exceeds 5 s', 10, 4_000, 5_000],
  ['is reset after a long run', 10_000, 5_000, 200],
])('the wait before a restart %s', (_, ran, last, wait) => expect(nextWait(ran, last)).toBe(wait));
