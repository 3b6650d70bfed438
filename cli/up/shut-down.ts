import type { Child } from './process/child.ts';
import { runErrand } from './run-errand.ts';
import type { UpSettings } from './settings.ts';
import type { StopSignal } from './process/signals.ts';
import type { Stack } from './stack.ts';

const ownGraceMs = 10_000;
const foreignGraceMs = 3_000;
const cleaningLimitMs = 15_000;

/** What is running when the shutdown begins. */
export interface Running {
  settings: UpSettings;
  token: string;
  stack: Stack | undefined;
  /** madre and the gateway. */
  own: Child[];
  /** Temporal and Redis. Madre and the gateway depend on them, so they stop last. */
  foreign: Child[];
}

/**
 * Shuts the stack down. Ctrl-C (SIGINT) closes this host's windows first and leaves nothing of VX11 behind; services that
 * run without a window are left alone. SIGTERM, as a deploy sends it, leaves open windows to the guard, and the next start
 * takes them over again.
 */
export async function shutDown(
  how: StopSignal,
  running: Running,
  say: (line: string) => void,
): Promise<void> {
  const { settings, token, own, foreign } = running;
  const closed = await runErrand('close-windows', { how, settings, token }, { say }).result.catch(
    (error: Error) => {
      say(`The windows were not closed: ${error.message}. To see them after a start: vx11 windows`);
      return false;
    },
  );
  await Promise.all(own.map((child) => child.stop(ownGraceMs)));
  await Promise.all(foreign.map((child) => child.stop(foreignGraceMs)));
  if (closed) await clean(running, say);
  say('VX11 has stopped');
}

async function clean({ settings, stack }: Running, say: (line: string) => void) {
  const cleaning = runErrand('clean', { settings, stack: stack ?? null });
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => limit.reject(new Error('Docker does not answer')),
    cleaningLimitMs,
  );
  await Promise.race([cleaning.result, limit.promise]).catch((error: Error) =>
    say(`Containers of VX11 may be left over: ${error.message}`),
  );
  clearTimeout(timer);
  cleaning.end();
}
