import { pause } from './pause.ts';

/**
 * Calls `look` repeatedly until it returns something.
 * @param options `withinMs`: no call starts later than this after the first one; `sooner`: ends a pause when it resolves
 * @returns null if nothing was found in time
 * @throws what `look` throws; the reason of `signal`
 */
export async function poll<T extends {}>(
  look: () => Promise<T | null>,
  options: {
    everyMs: number;
    withinMs?: number;
    signal?: AbortSignal;
    sooner?: () => Promise<unknown>;
  },
): Promise<T | null> {
  const { everyMs, withinMs = Infinity, signal, sooner } = options;
  const giveUp = performance.now() + withinMs;
  for (;;) {
    signal?.throwIfAborted();
    const seen = await look();
    if (seen !== null || performance.now() + everyMs > giveUp) return seen;
    await (sooner === undefined ? pause(everyMs, signal) : pauseUnless(everyMs, sooner, signal));
  }
}

async function pauseUnless(
  ms: number,
  sooner: () => Promise<unknown>,
  signal?: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const either = signal === undefined ? over.signal : AbortSignal.any([over.signal, signal]);
  await Promise.race([pause(ms, either), sooner()]);
  over.abort();
}
