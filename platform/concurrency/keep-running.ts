import { pause } from './pause.ts';
import { createBackoff, type Backoff } from './retry.ts';

export interface KeepRunning extends Backoff {
  signal: AbortSignal;
  /** Work that lasted this long was well: the pauses begin from the first again. */
  steadyMs: number;
  /** Called whenever the work ended before `signal` aborted; with null where it threw nothing. */
  onEnd: (error: unknown, pauseMs: number) => void;
}

/** Runs work that is meant to last, such as a connection, and begins it again whenever it ends, until `signal` aborts. */
export async function keepRunning(work: () => Promise<void>, options: KeepRunning): Promise<void> {
  const { signal, steadyMs, onEnd } = options;
  let backoff = createBackoff(options);
  while (!signal.aborted) {
    const began = performance.now();
    const failure = await work().then(
      () => null,
      (error: unknown) => error,
    );
    if (signal.aborted) return;
    if (performance.now() - began >= steadyMs) backoff = createBackoff(options);
    const pauseMs = backoff.nextMs();
    onEnd(failure, pauseMs);
    await pause(pauseMs, signal);
  }
}
