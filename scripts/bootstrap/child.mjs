import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { heedSignals, passingTo } from './ending.mjs';

/**
 * Runs a program in the place of this one and gives its exit code. Signals that reach this process alone are passed
 * on; a Ctrl-C reaches the child twice, and it takes two within half a second as one. The channel between the two ends
 * when this process is killed, so that a program of ours can end too.
 */
export function runInPlace(command, args, env, cwd = process.cwd()) {
  heedSignals();
  const child = spawn(command, args, { stdio: ['inherit', 'inherit', 'inherit', 'ipc'], env, cwd });
  const end = new Promise((resolve) => {
    child.on('error', (error) => {
      console.error(error.message);
      resolve(127);
    });
    child.on('exit', (code, signal) => resolve(code ?? 128 + (constants.signals[signal] ?? 0)));
  });
  return passingTo((signal) => child.kill(signal), end);
}
