import { pause } from './pause.ts';

/**
 * Calls `look` repeatedly until it returns something.
 * @param options `withinMs`: no call starts later than this after the first one
 * @returns null if nothing was found in time
 * @throws what `look` throws; the reason of `signal`
 */
export async function poll<T extends {}>(
  look: () => Promise<T | null>,
  options: { everyMs: number; withinMs?: number; signal?: AbortSignal },
): Promise<T | null> {
  const { everyMs, withinMs = Infinity, signal } = options;
  const giveUp = performance.now() + withinMs;
  for (;;) {
    signal?.throwIfAborted();
    const seen = await look();
    if (seen !== null || performance.now() + everyMs > giveUp) return seen;
    await pause(everyMs, signal);
  }
}
