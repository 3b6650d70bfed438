import type Docker from 'dockerode';
import type { Child } from './child.ts';
import type { UpSettings } from './settings.ts';
import type { StopSignal } from './signals.ts';
import { removeGuard, removeLeftovers, type Stack } from './stack.ts';
import { closeWindows, countWindows } from './windows.ts';

const ownGraceMs = 10_000;
const foreignGraceMs = 3_000;
const cleaningLimitMs = 15_000;

/** All that runs, as far as it came. */
export interface Running {
  settings: UpSettings;
  docker: Docker;
  token: string;
  stack: Stack | undefined;
  /** madre and the gateway. */
  own: Child[];
  /** Temporal and Redis: what the others stand on, so they go last. */
  foreign: Child[];
}

/**
 * Ends the stack. Ctrl-C (SIGINT) ends all windows first and leaves nothing behind; SIGTERM, as a deploy sends it,
 * leaves open windows to the guard, and the next start finds them again.
 */
export async function shutDown(
  how: StopSignal,
  running: Running,
  say: (line: string) => void,
): Promise<void> {
  const { settings, token, own, foreign } = running;
  const open = await countWindows(settings.gateway, token);
  let closed = open === 0;
  if (how === 'SIGTERM') {
    if (open) say(`${windows(open)} left open: the guard ends what is past its deadline`);
  } else closed = await closeAll(running, open, say);
  await Promise.all(own.map((child) => child.stop(ownGraceMs)));
  await Promise.all(foreign.map((child) => child.stop(foreignGraceMs)));
  if (how === 'SIGINT' && closed) await clean(running, say);
  say('VX11 has ended');
}

async function closeAll(
  { settings, token }: Running,
  open: number | undefined,
  say: (line: string) => void,
): Promise<boolean> {
  if (open) say(`closing ${windows(open)}…`);
  try {
    await closeWindows(settings.gateway, token);
    return true;
  } catch (error) {
    const why = (error as Error).message;
    say(`Windows could not be closed (${why}); the guard ends them at their deadlines`);
    return false;
  }
}

async function clean({ docker, settings, stack }: Running, say: (line: string) => void) {
  const work = async (): Promise<void> => {
    await removeGuard(docker, settings.home);
    if (settings.ownStack && stack) await removeLeftovers(docker, stack);
  };
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => limit.reject(new Error('Docker does not answer')),
    cleaningLimitMs,
  );
  await Promise.race([work(), limit.promise]).catch((error: Error) =>
    say(`Containers may be left over: ${error.message}`),
  );
  clearTimeout(timer);
}

const windows = (count: number): string => (count === 1 ? '1 window' : `${count} windows`);
