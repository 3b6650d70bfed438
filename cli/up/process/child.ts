import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync } from 'node:fs';
import { join } from 'node:path';
import { openLog, rotateLog } from './log-file.ts';
import { removePidFile, writePidFile } from './pid-file.ts';

/** A program that the supervisor keeps running. */
export interface Program {
  name: string;
  command: string;
  args: string[];
  env: NodeJS.ProcessEnv;
  cwd: string;
  /** Gets a channel whose end tells it that the supervisor is gone; for Node programs of ours. */
  channel: boolean;
}

export interface Child {
  readonly name: string;
  /** Of the life that runs now; undefined between two lives. */
  pid(): number | undefined;
  /** Asks it to end, makes it after `graceMs`, and resolves when it is gone. It is not started again. */
  stop(graceMs: number): Promise<void>;
}

const firstWaitMs = 200;
const longestWaitMs = 5_000;
/** A life as long as this was no failed start. */
const goodLifeMs = 10_000;
const rotateEveryMs = 30_000;

/** How long to wait before the next life, by how long the last one and the wait before it were. In ms. */
export function nextWait(livedMs: number, lastWaitMs: number | undefined): number {
  if (lastWaitMs === undefined || livedMs >= goodLifeMs) return firstWaitMs;
  return Math.min(lastWaitMs * 2, longestWaitMs);
}

/**
 * Starts a program and starts it again whenever it ends, with growing waits. Its output goes to
 * `<home>/logs/<name>.log`, its identity to `<home>/run/<name>.pid`, each unwanted end to `say`, and so does what it sends
 * as `{ say }` over its channel.
 */
export function keepRunning(program: Program, home: string, say: (line: string) => void): Child {
  const log = join(home, 'logs', `${program.name}.log`);
  const pidFile = join(home, 'run', `${program.name}.pid`);
  let current: ChildProcess | undefined;
  let waitMs: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let stopping = false;
  let gone = (): void => undefined;

  const rotation = setInterval(() => rotateLog(log), rotateEveryMs).unref();

  const start = (): void => {
    rotateLog(log);
    const startedAt = Date.now();
    const output = openLog(log);
    // whatever it writes is its owner's alone, also in a home that others may look into
    const umask = process.umask(0o077);
    const child = spawn(program.command, program.args, {
      cwd: program.cwd,
      env: program.env,
      // A session of its own: Ctrl-C reaches the supervisor alone, which ends things in order.
      detached: true,
      stdio: program.channel ? ['ignore', output, output, 'ipc'] : ['ignore', output, output],
    });
    process.umask(umask);
    closeSync(output);
    current = child;
    if (child.pid) writePidFile(pidFile, child.pid);
    let over = false;
    const ended = (how: string): void => {
      if (over) return;
      over = true;
      current = undefined;
      removePidFile(pidFile);
      if (stopping) {
        gone();
        return;
      }
      waitMs = nextWait(Date.now() - startedAt, waitMs);
      say(`${program.name} ended (${how}); starting it again in ${waitMs} ms. Its log: ${log}`);
      timer = setTimeout(start, waitMs);
    };
    child.on('message', (message) => {
      const told = (message as { say?: unknown }).say;
      if (typeof told === 'string') say(told);
    });
    child.on('error', (error) => ended(error.message));
    child.on('exit', (code, signal) => ended(signal ?? `exit code ${code}`));
  };
  start();

  return {
    name: program.name,
    pid: () => current?.pid,
    stop: (graceMs) =>
      new Promise((resolve) => {
        stopping = true;
        clearTimeout(timer);
        clearInterval(rotation);
        if (!current) {
          resolve();
          return;
        }
        const force = setTimeout(() => current?.kill('SIGKILL'), graceMs);
        gone = () => {
          clearTimeout(force);
          resolve();
        };
        current.kill('SIGTERM');
      }),
  };
}
