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
  /** True for our own Node programs: they get an IPC channel, and its end means that the supervisor is gone. */
  channel: boolean;
}

export interface Child {
  readonly name: string;
  /** The current process id; undefined between an exit and the restart. */
  pid(): number | undefined;
  /** Sends SIGTERM, then SIGKILL after `graceMs`, and resolves when the process is gone. It is not restarted. */
  stop(graceMs: number): Promise<void>;
  /** Stops it until `resume`. */
  pause(graceMs: number): Promise<void>;
  /** Starts it again after `pause`; does nothing after `stop`. */
  resume(): void;
  /** Sends a message over its channel; it is lost if the process does not run. */
  send(message: object): void;
}

/** What the supervisor adds to a child that has a channel. */
export interface Talk {
  /** Added to the environment of each start. */
  env(): NodeJS.ProcessEnv;
  /** Gets each message but `{ say }`. */
  onMessage(child: Child, message: unknown): void;
}

const firstWaitMs = 200;
const longestWaitMs = 5_000;
/** A run that lasts this long resets the backoff. */
const goodRunMs = 10_000;
const rotateEveryMs = 30_000;

/** Returns the wait before a restart, from the length of the last run and the wait before that run. All in ms. */
export function nextWait(ranMs: number, lastWaitMs: number | undefined): number {
  if (lastWaitMs === undefined || ranMs >= goodRunMs) return firstWaitMs;
  return Math.min(lastWaitMs * 2, longestWaitMs);
}

/**
 * Starts a program and restarts it with backoff whenever it exits. Its output goes to `<home>/logs/<name>.log`, its
 * identity to `<home>/run/<name>.pid`. Each unexpected exit is printed with `say`, and so is each `{ say }` message that it
 * sends over its channel; `talk` gets the others.
 */
export function keepRunning(
  program: Program,
  home: string,
  say: (line: string) => void,
  talk?: Talk,
): Child {
  const log = join(home, 'logs', `${program.name}.log`);
  const pidFile = join(home, 'run', `${program.name}.pid`);
  let current: ChildProcess | undefined;
  let waitMs: number | undefined;
  let timer: NodeJS.Timeout | undefined;
  let wanted: 'running' | 'paused' | 'stopped' = 'running';
  let gone = (): void => undefined;

  const rotation = setInterval(() => rotateLog(log), rotateEveryMs).unref();

  const start = (): void => {
    rotateLog(log);
    const startedAt = Date.now();
    const output = openLog(log);
    // other users must not read what it writes, even if they can list the home
    const umask = process.umask(0o077);
    const spawned = spawn(program.command, program.args, {
      cwd: program.cwd,
      env: { ...program.env, ...talk?.env() },
      // a session of its own, so that Ctrl-C reaches only the supervisor, which stops everything in order
      detached: true,
      stdio: program.channel ? ['ignore', output, output, 'ipc'] : ['ignore', output, output],
    });
    process.umask(umask);
    closeSync(output);
    current = spawned;
    if (spawned.pid) writePidFile(pidFile, spawned.pid);
    let over = false;
    const ended = (how: string): void => {
      if (over) return;
      over = true;
      current = undefined;
      removePidFile(pidFile);
      if (wanted !== 'running') {
        gone();
        return;
      }
      waitMs = nextWait(Date.now() - startedAt, waitMs);
      say(`${program.name} exited (${how}); restarting it in ${waitMs} ms. Its log: ${log}`);
      timer = setTimeout(start, waitMs);
    };
    spawned.on('message', (message) => {
      const line = (message as { say?: unknown }).say;
      if (typeof line === 'string') say(line);
      else talk?.onMessage(child, message);
    });
    spawned.on('error', (error) => ended(error.message));
    spawned.on('exit', (code, signal) => ended(signal ?? `exit code ${code}`));
  };

  const end = (graceMs: number): Promise<void> =>
    new Promise((resolve) => {
      clearTimeout(timer);
      if (!current) {
        resolve();
        return;
      }
      const force = setTimeout(() => current?.kill('SIGKILL'), graceMs);
      const before = gone;
      gone = () => {
        clearTimeout(force);
        before();
        resolve();
        gone = () => undefined;
      };
      current.kill('SIGTERM');
    });

  const child: Child = {
    name: program.name,
    pid: () => current?.pid,
    stop(graceMs) {
      wanted = 'stopped';
      clearInterval(rotation);
      return end(graceMs);
    },
    pause(graceMs) {
      if (wanted === 'running') wanted = 'paused';
      return end(graceMs);
    },
    resume() {
      if (wanted !== 'paused') return;
      waitMs = undefined;
      if (current === undefined) start();
      // only now: a start that throws can be tried again
      wanted = 'running';
    },
    send(message) {
      // a process that is about to end takes no message
      if (current?.connected === true) current.send(message, () => undefined);
    },
  };
  start();
  return child;
}
