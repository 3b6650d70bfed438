import { join } from 'node:path';
import { keepRunning, type Child } from './up/process/child.ts';
import type { Errands, Prepared } from './up/errands/errand.ts';
import { releaseHome } from './up/process/lock.ts';
import { runErrand, type RunningErrand } from './up/run-errand.ts';
import { shutDown, type Running } from './up/shut-down.ts';
import { onStopSignal } from './up/process/signals.ts';
import type { Stack } from './up/stack.ts';
import { createTemporalSleeper } from './up/temporal/sleep.ts';
import { keepTemporalRelay } from './up/temporal/temporal-relay.ts';

export interface UpOptions {
  env: NodeJS.ProcessEnv;
  /** Prints a line for the person at the terminal. */
  say: (line: string) => void;
  /** The folder of VX11 itself; by default the one that this file is in. */
  repository?: string;
}

/**
 * Runs the embedded stack in the foreground until SIGINT or SIGTERM. This process lives as long as the stack, so it loads
 * only what comes with Node; errands, which are short-lived processes, do everything else.
 * @returns the process's exit code: 0 after a requested stop, 1 if the stack could not start, with the reason printed
 */
export async function up({ env, say, repository }: UpOptions): Promise<number> {
  const prepared = Promise.withResolvers<Prepared | null>();
  const stack = Promise.withResolvers<Stack>();
  const input = {
    repository: repository ?? join(import.meta.dirname, '..'),
    supervisor: process.pid,
    startedAt: Date.now(),
  };
  const onUpdate = (update: Errands['start']['update']): void => {
    if ('prepared' in update) prepared.resolve(update.prepared);
    else if ('stack' in update) stack.resolve(update.stack);
    else stack.reject(new Error(update.unread));
  };
  const starting = runErrand('start', input, { say, onUpdate }, env);
  const over = (error = new Error('the compose file was not read')): void => {
    prepared.resolve(null);
    stack.reject(error);
  };
  starting.result.then(() => over(), over);
  stack.promise.catch(() => undefined);
  const found = await prepared.promise;
  if (found) return runPrepared(found, { starting, stack: stack.promise }, say);
  await starting.result.catch((error: Error) => say(error.message));
  return 1;
}

interface Start {
  starting: RunningErrand<'start'>;
  stack: Promise<Stack>;
}

async function runPrepared(
  { settings, token, foreign, own }: Prepared,
  { starting, stack }: Start,
  say: (line: string) => void,
): Promise<number> {
  const running: Running = { settings, token, stack: undefined, own: [], foreign: [] };
  const sleeper =
    settings.temporalServer === undefined
      ? undefined
      : createTemporalSleeper(
          { address: settings.temporal, afterMs: settings.temporalSleepMs },
          say,
        );
  const request = onStopSignal(() => {
    for (const child of [...running.own, ...running.foreign]) kill(child);
    process.exit(130);
  });
  try {
    running.foreign = foreign.map((program) => keepRunning(program, settings.home, say));
    running.own = own.map((program) => keepRunning(program, settings.home, say, sleeper));
    stack.then((read) => (running.stack = read)).catch(() => undefined);
    void keepTemporalRelay(settings, stack, request.signal, say);
    // a start that is still under way needs Temporal
    void starting.result.catch(() => false).then(() => sleeper?.attach(running));
    starting.result.catch((error: Error) => {
      if (!request.signal.aborted)
        say(
          `VX11 keeps running, but cannot check whether it is ready (${error.message}). Run: vx11 doctor`,
        );
    });
    const how = await request.first;
    starting.end();
    sleeper?.end();
    await shutDown(how, running, say);
    return 0;
  } finally {
    request.release();
    releaseHome(settings.home);
  }
}

function kill(child: Child) {
  const pid = child.pid();
  if (pid) process.kill(pid, 'SIGKILL');
}
