import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Waits until `probe` returns something other than false, null or undefined, and returns that.
 * Throws after `limitMs`: the last error of `probe`, or one that names `what`.
 */
export async function until<T>(
  what: string,
  probe: () => Promise<T | false | null | undefined> | T | false | null | undefined,
  limitMs = 90_000,
): Promise<T> {
  const giveUp = performance.now() + limitMs;
  for (;;) {
    const asked = performance.now();
    try {
      const found = await probe();
      if (found !== false && found !== null && found !== undefined) return found;
    } catch (error) {
      if (performance.now() > giveUp) throw error;
    }
    if (performance.now() > giveUp) throw new Error(`waited ${limitMs} ms in vain until ${what}`);
    // a probe that starts a program would take a core from what it waits for
    await sleep(Math.max(25, 2 * (performance.now() - asked)));
  }
}
