import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { handleSignals, passingTo } from './ending.mjs';

/**
 * Runs a program in place of this one and returns its exit code. Signals to this process are forwarded, so a Ctrl-C reaches
 * the child twice; the child treats two signals within half a second as one. If this process is killed, the IPC channel
 * closes, so that our own programs can end too.
 */
export function runInPlace(command, args, env, cwd = process.cwd()) {
  handleSignals();
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
