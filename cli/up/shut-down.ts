import type { Child } from './process/child.ts';
import { runErrand } from './run-errand.ts';
import type { UpSettings } from './settings.ts';
import type { StopSignal } from './process/signals.ts';
import type { Stack } from './stack.ts';

const ownGraceMs = 10_000;
const foreignGraceMs = 3_000;
const cleaningLimitMs = 15_000;

/** All that runs, as far as it came. */
export interface Running {
  settings: UpSettings;
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
  const { settings, token, own, foreign } = running;
  const closed = await runErrand('close-windows', { how, settings, token }, { say }).result.catch(
    (error: Error) => {
      say(`Windows are left as they are: what closes them has failed (${error.message})`);
      return false;
    },
  );
  await Promise.all(own.map((child) => child.stop(ownGraceMs)));
  await Promise.all(foreign.map((child) => child.stop(foreignGraceMs)));
  if (closed) await clean(running, say);
  say('VX11 has ended');
}

async function clean({ settings, stack }: Running, say: (line: string) => void) {
  const cleaning = runErrand('clean', { settings, stack: stack ?? null });
  const limit = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => limit.reject(new Error('Docker does not answer')),
    cleaningLimitMs,
  );
  await Promise.race([cleaning.result, limit.promise]).catch((error: Error) =>
    say(`Containers may be left over: ${error.message}`),
  );
  clearTimeout(timer);
  cleaning.end();
}
