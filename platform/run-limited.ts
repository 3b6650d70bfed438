import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { timeout } from './concurrency/timeout.ts';
import { killGroup } from './process-group.ts';

/** What a program may use. */
export interface RunLimits {
  args: readonly string[];
  cwd: string;
  /** The whole environment of the program. One variable has a value of this run only: see `mark`. */
  env: Readonly<Record<string, string>>;
  /** The variable by whose value processes are found that left the group of the program. */
  mark: string;
  /** How long it may run. */
  ms: number;
  /** How much it may print on both streams together, in bytes. */
  maxBytes: number;
  /** Ends it when it aborts. */
  signal: AbortSignal;
  /** Takes what it prints on stdout, which is then neither kept nor counted. The program waits while a promise is open. */
  onStdout?: (part: Buffer) => Promise<void> | void;
  /** Writes what it reads as stdin; nothing by default. Its end is the end of stdin. */
  feed?: (stdin: Writable) => Promise<void>;
  /** Open files that it gets as descriptors 3, 4 …. */
  files?: readonly number[];
}

/** How a run ended: by itself, by a limit, or because it could not start or was no longer wanted. */
export interface LimitedRun {
  /** Null if a signal ended it, or it did not start. */
  code: number | null;
  end: 'exited' | 'timeout' | 'too_much_output' | 'not_started' | 'stopped';
  stdout: string;
  stderr: string;
}

/** A process that waits for a dead disk does not even die: after this time, in ms, it is left to the system. */
const deathMs = 1000;
/** How long the last output may take to arrive after everything was killed, in ms; longer where every byte counts. */
const lastOutputMs = 200;
const lastStreamedMs = 10_000;
/** A process may start another one while it is looked for. */
const mostLooks = 5;

/**
 * Runs a program in a process group of its own, and kills the group when the program ends or reaches a limit.
 * Processes that left the group are found by the environment that they inherited, where the system has /proc; only one that
 * also cleared its environment is missed. Throws only what `feed` throws.
 */
export async function runLimited(file: string, limits: RunLimits): Promise<LimitedRun> {
  const { args, cwd, env, mark, ms, maxBytes, signal, onStdout, feed, files = [] } = limits;
  if (signal.aborted) return { code: null, end: 'stopped', stdout: '', stderr: '' };
  const child = spawn(file, args, {
    cwd,
    env,
    detached: true,
    stdio: [feed === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe', ...files],
  }) as ChildProcessByStdio<Writable | null, Readable, Readable>;
  let end: LimitedRun['end'] = 'exited';
  const stop = (why: LimitedRun['end']): void => {
    if (end === 'exited') end = why;
    killGroup(child.pid, 'SIGKILL');
  };
  let left = maxBytes;
  const collect = (stream: Readable): Buffer[] => {
    const parts: Buffer[] = [];
    stream.on('error', () => undefined);
    stream.on('data', (part: Buffer) => {
      parts.push(part.subarray(0, left));
      left -= Math.min(left, part.length);
      if (left === 0) stop('too_much_output');
    });
    return parts;
  };
  const hand = (stream: Readable, take: NonNullable<RunLimits['onStdout']>): Buffer[] => {
    stream.on('error', () => undefined);
    stream.on('data', (part: Buffer) => {
      const taken = take(part);
      if (taken === undefined) return;
      stream.pause();
      void taken.finally(() => stream.resume());
    });
    return [];
  };
  const stdout = onStdout === undefined ? collect(child.stdout) : hand(child.stdout, onStdout);
  const stderr = collect(child.stderr);
  const { stdin } = child;
  // it may end before it has read everything
  stdin?.on('error', () => undefined);
  const fed = stdin === null ? Promise.resolve() : feed!(stdin).finally(() => stdin.end());
  void fed.catch(() => undefined); // it is awaited at the end
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const late = setTimeout(() => stop('timeout'), ms);
  const abort = (): void => stop('stopped');
  signal.addEventListener('abort', abort, { once: true });
  const ended = new Promise<{ code: number | null; failure: string }>((resolve) => {
    child.once('exit', (exit) => resolve({ code: exit, failure: '' }));
    child.once('error', (error: NodeJS.ErrnoException) =>
      resolve({ code: null, failure: `it cannot be started: ${error.code ?? error.message}` }),
    );
  });
  const { code, failure } = await timeout(ms + deathMs, 'its end', ended).catch(() => ({
    code: null,
    failure: '',
  }));
  clearTimeout(late);
  signal.removeEventListener('abort', abort);
  if (failure !== '') return { code: null, end: 'not_started', stdout: '', stderr: failure };
  killGroup(child.pid, 'SIGKILL');
  await killMarked(mark, env[mark]!);
  stdin?.destroy();
  const lastMs = onStdout === undefined ? lastOutputMs : lastStreamedMs;
  await timeout(lastMs, 'the last output', closed).catch(() => undefined);
  child.stdout.destroy();
  child.stderr.destroy();
  child.unref();
  await fed;
  const text = (parts: Buffer[]): string => Buffer.concat(parts).toString('utf8');
  return { code, end, stdout: text(stdout), stderr: text(stderr) };
}

/** Kills every process of this user whose environment has this variable with this value. */
async function killMarked(variable: string, value: string): Promise<void> {
  for (let look = 0; look < mostLooks; look += 1) {
    const pids = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
    const marked = await Promise.all(
      pids.map(async (pid) => {
        const environ = await readFile(`/proc/${pid}/environ`, 'latin1').catch(() => '');
        return environ.split('\0').includes(`${variable}=${value}`) ? [Number(pid)] : [];
      }),
    );
    const found = marked.flat();
    if (found.length === 0) return;
    for (const pid of found) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // it has ended already
      }
    }
  }
}
