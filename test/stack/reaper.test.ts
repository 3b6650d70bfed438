import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { identify, isAlive } from '../../platform/process-identity.ts';
import { until } from './wait.ts';

/** Starts three programs with a child each, ends the second one itself, and prints the process ids. */
const testRun = `
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { endWithUs } from '${join(import.meta.dirname, 'reaper.ts')}';
const started = [1, 2, 3].map(() => 
  spawn('sh', ['-c', 'sleep 600 & echo $!; wait'], { stdio: ['ignore', 'pipe', 'ignore'] }));
started.forEach((program) => endWithUs(program));
const children = await Promise.all(started.map(async ({ stdout }) => String((await once(stdout, 'data'))[0]).trim()));
process.kill(children[1]);
started[1].kill();
await once(started[1], 'exit');
console.log([...started.map(({ pid }) => pid), children[0], children[2]].join(' '));
`;

test('programs of a killed test run end with it', async () => {
  const run = spawn(process.execPath, ['--input-type=module', '-e', testRun], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [pids] = (await once(run.stdout, 'data')) as [Buffer];
  const programs = pids.toString().trim().split(' ').map(Number).map(identify);
  expect(programs.map((one) => one !== undefined)).toEqual([true, false, true, true, true]);
  run.kill('SIGKILL');
  await until('all have ended', () => !programs.some((one) => one !== undefined && isAlive(one)));
});
