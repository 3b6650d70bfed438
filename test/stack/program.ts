import { spawn, type ChildProcess } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { openSync, readFileSync } from 'node:fs';
import { endWithUs } from './reaper.ts';

/** A process of a test's stack that can be killed and restarted. */
export interface TestProgram {
  start(): void;
  /** Sends SIGKILL and waits until it has ended. */
  kill(): Promise<void>;
  /** Sends SIGTERM and waits until it has ended. */
  stop(): Promise<void>;
  /** Any other signal. */
  signal(name: NodeJS.Signals): void;
  pid(): number | undefined;
  running(): boolean;
  log(): string;
}

/** A loopback address of its own for a role, whose port is always the same: other tests may run it at the same time. */
export const ownAddress = (): string => `127.${randomInt(1, 255)}.${randomInt(1, 255)}.1`;

export function testProgram(
  command: string,
  args: string[],
  env: Record<string, string>,
  logFile: string,
): TestProgram {
  let child: ChildProcess | undefined;
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    const ending = child;
    if (ending === undefined || ending.exitCode !== null || ending.signalCode !== null) return;
    const gone = once(ending, 'exit');
    ending.kill(signal);
    await gone;
  };
  return {
    start() {
      const out = openSync(logFile, 'a');
      const inherited = { PATH: process.env.PATH ?? '', HOME: process.env.HOME ?? '' };
      child = spawn(command, args, {
        cwd: new URL('../..', import.meta.url).pathname,
        env: { ...inherited, ...env },
        stdio: ['ignore', out, out],
      });
      endWithUs(child);
    },
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
    signal: (name) => void child?.kill(name),
    pid: () => child?.pid,
    running: () => child !== undefined && child.exitCode === null && child.signalCode === null,
    log: () => readFileSync(logFile, 'utf8'),
  };
}
