import { pause } from './pause.ts';

export interface PollOptions {
  /** The pause between two calls, in ms; a function is asked before each pause. */
  everyMs: number | (() => number);
  /** No call starts later than this after the first one; unlimited by default. */
  withinMs?: number;
  signal?: AbortSignal;
  /** Ends a pause when it resolves. */
  sooner?: () => Promise<unknown>;
}

/**
 * Calls `look` repeatedly until it returns something.
 * @returns null if nothing was found in time
 * @throws what `look` throws; the reason of `signal`
 */
export const poll = <T extends {}>(
  look: () => Promise<T | null>,
  options: PollOptions,
): Promise<T | null> => pollUntil(look, (seen) => seen !== null, options);

/**
 * Calls `look` repeatedly until it returns a value that `isEnough` accepts.
 * @returns that value, or the last one if no time is left
 * @throws what `look` throws; the reason of `signal`
 */
export async function pollUntil<T>(
  look: () => Promise<T>,
  isEnough: (seen: T) => boolean,
  { everyMs, withinMs = Infinity, signal, sooner }: PollOptions,
): Promise<T> {
  const giveUp = performance.now() + withinMs;
  for (;;) {
    signal?.throwIfAborted();
    const seen = await look();
    if (isEnough(seen)) return seen;
    const ms = typeof everyMs === 'function' ? everyMs() : everyMs;
    if (performance.now() + ms > giveUp) return seen;
    await (sooner === undefined ? pause(ms, signal) : pauseUnless(ms, sooner, signal));
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
