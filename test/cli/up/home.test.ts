import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { HomeInUse, lockHome } from '../../../cli/up/process/lock.ts';
import { openLog, rotateLog } from '../../../cli/up/process/log-file.ts';
import { writePidFile } from '../../../cli/up/process/pid-file.ts';
import { identify, isAlive } from '../../../platform/process-identity.ts';
import { endStaleChildren } from '../../../cli/up/process/stale.ts';
import { adminToken } from '../../../cli/up/token-file.ts';
import { temporaryHome } from './temporary-home.ts';

/** A process that runs until it is killed. */
function idle(code = '') {
  const child = spawn(process.execPath, ['--eval', `${code}; setInterval(() => {}, 1e6)`]);
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, pid: child.pid ?? 0 };
}

test('a home has one supervisor at a time', () => {
  const home = temporaryHome();
  const release = lockHome(home);
  expect(() => lockHome(home)).toThrow(HomeInUse);
  release();
  lockHome(home)();
});

test('a lock whose process is gone is taken over, even if the process id was reused', async () => {
  const home = temporaryHome();
  lockHome(home)();
  const lock = join(home, 'run/supervisor.lock');
  const { child, pid } = idle();
  writePidFile(lock, pid);
  expect(() => lockHome(home)).toThrow(`process ${pid}`);
  child.kill('SIGKILL');
  await once(child, 'exit');
  lockHome(home)();

  writeFileSync(lock, JSON.stringify({ pid: process.pid, started: 'long ago' }));
  lockHome(home)();
  writeFileSync(lock, 'half a');
  lockHome(home)();
});

test('processes left by a killed supervisor are ended, even if they ignore SIGTERM; another process is not touched', async () => {
  const home = temporaryHome();
  const polite = idle();
  const deaf = idle("process.on('SIGTERM', () => {}); console.log('up')");
  await once(deaf.child.stdout, 'data');
  const stranger = idle();
  writePidFile(join(home, 'run/temporal.pid'), polite.pid);
  writePidFile(join(home, 'run/redis.pid'), deaf.pid);
  writeFileSync(join(home, 'run/madre.pid'), JSON.stringify({ pid: stranger.pid, started: '1' }));
  const known = [polite, deaf].map(({ pid }) => identify(pid));
  expect((await endStaleChildren(home)).toSorted()).toEqual(['redis', 'temporal']);
  expect(known.map((one) => one && isAlive(one))).toEqual([false, false]);
  expect(identify(stranger.pid)).toBeDefined();
  expect(existsSync(join(home, 'run/madre.pid'))).toBe(false);
});

test('the admin token is written once, readable by its owner only, unless it is given in the environment', () => {
  const home = join(temporaryHome(), 'new');
  const first = adminToken(home, undefined);
  expect(Buffer.from(first.token, 'base64url')).toHaveLength(32);
  expect(statSync(join(home, 'tokens.env')).mode & 0o777).toBe(0o600);
  expect(adminToken(home, undefined)).toEqual(first);
  expect(adminToken(home, 'given from outside')).toEqual({
    token: 'given from outside',
    file: undefined,
  });
});

test('a log over its limit is rotated once and continues empty', () => {
  const file = join(temporaryHome(), 'logs/one.log');
  const descriptor = openLog(file);
  writeFileSync(descriptor, 'x'.repeat(100));
  expect(rotateLog(file, 100)).toBe(false);
  expect(rotateLog(file, 99)).toBe(true);
  writeFileSync(descriptor, 'next');
  expect([statSync(`${file}.1`).size, statSync(file).size]).toEqual([100, 4]);
});
