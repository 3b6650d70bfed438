import { pause } from './pause.ts';

/**
 * Looks again and again until there is something to see.
 * @param options `withinMs`: no look begins later than this after the first one
 * @returns null where nothing was seen in time
 * @throws what a look throws; the reason of `signal`
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
