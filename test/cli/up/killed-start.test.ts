import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { identify, isAlive } from '../../../platform/process-identity.ts';
import { temporaryHome, until } from './temporary-home.ts';

const repository = join(import.meta.dirname, '../../..');
const { scripts } = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  scripts: { start: string };
};

/** Replaces the stack: handles signals as the stack does, and records which one came. */
const program = `
import { writeFileSync } from 'node:fs';
import { onStopSignal } from '${repository}/cli/up/process/signals.ts';
const request = onStopSignal(() => writeFileSync('again', ''));
const alive = setInterval(() => {}, 1e6);
writeFileSync('pids', JSON.stringify({ program: process.pid, bootstrap: process.ppid }));
writeFileSync('signal', await request.first);
request.release();
clearInterval(alive);
`;

/** Runs the start script of package.json through npm, with that program instead of the stack. */
async function npmStart() {
  const folder = temporaryHome();
  const bootstrap = join(repository, 'scripts/bootstrap.mjs');
  const start = scripts.start.replace(
    'scripts/bootstrap.mjs run cli/main.ts up',
    `${bootstrap} --code-only run program.ts`,
  );
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ scripts: { start } }));
  writeFileSync(join(folder, 'program.ts'), program);
  const npm = spawn('npm', ['start'], { cwd: folder, stdio: 'ignore', detached: true });
  onTestFinished(() => {
    try {
      process.kill(-npm.pid!, 'SIGKILL');
    } catch {
      // all its processes have ended
    }
  });
  const read = (name: string): string => {
    try {
      return readFileSync(join(folder, name), 'utf8');
    } catch {
      return '';
    }
  };
  await until(() => read('pids') !== '', 15_000);
  const pids = JSON.parse(read('pids')) as { program: number; bootstrap: number };
  return { npm, read, pids };
}

test.each([
  ['npm', 'SIGTERM', 'SIGTERM'],
  ['npm', 'SIGINT', 'SIGINT'],
  ['npm', 'SIGKILL', 'SIGTERM'],
  ['bootstrap', 'SIGTERM', 'SIGTERM'],
  ['bootstrap', 'SIGKILL', 'SIGTERM'],
] as const)(
  'when only %s gets %s, the stack stops as if it got %s itself, and no process is left',
  async (who, signal, expected) => {
    const { npm, read, pids } = await npmStart();
    const known = [pids.program, pids.bootstrap].map((pid) => identify(pid));
    const gone = once(npm, 'exit');
    process.kill(who === 'npm' ? npm.pid! : pids.bootstrap, signal);
    await until(() => read('signal') !== '', 5_000);
    expect(read('signal')).toBe(expected);
    await gone;
    await until(() => known.every((one) => one === undefined || !isAlive(one)), 5_000);
    expect(read('again')).toBe('');
  },
);
