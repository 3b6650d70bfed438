import { pause } from './pause.ts';
import { createBackoff, type Backoff } from './retry.ts';

export interface KeepRunning extends Backoff {
  signal: AbortSignal;
  /** After work that lasted this long, in ms, the pauses start from the first again. */
  steadyMs: number;
  /** Called when the work ended before `signal` aborted; `error` is null if it threw nothing. */
  onEnd: (error: unknown, pauseMs: number) => void;
}

/** Runs long-lived work, such as a connection, and restarts it whenever it ends, until `signal` aborts. */
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
