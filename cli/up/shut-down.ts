import type Docker from 'dockerode';
import type { Child } from './child.ts';
import type { UpSettings } from './settings.ts';
import type { StopSignal } from './signals.ts';
import { removeGuard, removeLeftovers, type Stack } from './stack.ts';
import { closeWindows, liveWindows } from './windows.ts';

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
 * Ends the stack. Ctrl-C (SIGINT) closes this host's windows first and leaves nothing of VX11 behind; what runs without
 * a window is left alone. SIGTERM, as a deploy sends it, leaves open windows to the guard, and the next start finds
 * them again.
 */
export async function shutDown(
  how: StopSignal,
  running: Running,
  say: (line: string) => void,
): Promise<void> {
  const { own, foreign } = running;
  const closed = await endWindows(how, running, say);
  await Promise.all(own.map((child) => child.stop(ownGraceMs)));
  await Promise.all(foreign.map((child) => child.stop(foreignGraceMs)));
  if (closed) await clean(running, say);
  say('VX11 has ended');
}

/** Tells whether this was Ctrl-C and no window is left. */
async function endWindows(
  how: StopSignal,
  { settings, token }: Running,
  say: (line: string) => void,
): Promise<boolean> {
  const access = { gateway: settings.gateway, token };
  const later =
    settings.env['VX11_GUARD'] === 'off'
      ? 'those with a deadline end at it only once VX11 runs again, there is no guard'
      : 'the guard ends those with a deadline at it';
  const left = `${later}, and holds stay until someone closes them`;
  try {
    const ids = await liveWindows(access, settings.host);
    if (how === 'SIGTERM') {
      if (ids.length > 0) say(`${windows(ids.length)} left open: ${left}`);
      return false;
    }
    if (ids.length > 0) say(`closing ${windows(ids.length)}…`);
    const failures = await closeWindows(access, ids);
    if (failures.length === 0) return true;
    say(`${windows(failures.length)} could not be closed (${failures[0]}): ${left}`);
  } catch (error) {
    const why = (error as Error).message;
    if (how === 'SIGINT') say(`Windows could not be closed (${why}): ${left}`);
  }
  return false;
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
