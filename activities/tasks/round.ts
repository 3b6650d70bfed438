import { TimeoutError, timeout } from '../../platform/timeout.ts';

/**
 * Does one thing for each of many, so many at once, and begins none when the time is over: the rest waits for another round.
 * What is under way by then is left behind. Who throws does not stop the others.
 */
export async function inRound<T>(
  items: readonly T[],
  bounds: { atOnce: number; ms: number },
  work: (item: T) => Promise<void>,
  onError: (error: unknown, item: T) => void,
): Promise<void> {
  const queue = items.values();
  let over = false;
  const one = async (): Promise<void> => {
    for (const item of queue) {
      if (over) return;
      await work(item).catch((error: unknown) => onError(error, item));
    }
  };
  const all = Promise.all(Array.from({ length: Math.min(bounds.atOnce, items.length) }, one));
  try {
    await timeout(bounds.ms, 'a round', all);
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
  } finally {
    over = true;
  }
}
