/** The work before it on the same key took longer than this one may wait; it was not begun. */
export class LockTimeoutError extends Error {
  override name = 'LockTimeoutError';
}

/** Lets work on the same key happen one after the other, in the order in which it was asked for. */
export interface KeyedLock {
  /**
   * @param waitMs how long its turn is waited for, where that is not the lock's own limit
   * @throws LockTimeoutError when its turn does not come in time; then the work never begins
   */
  run<T>(key: string, work: () => Promise<T>, waitMs?: number): Promise<T>;
  /** Is somebody at work on this key, or waiting to be? */
  busy(key: string): boolean;
}

/** @param limitMs how long a turn is waited for where the caller does not say */
export function createKeyedLock(limitMs: number): KeyedLock {
  const tails = new Map<string, Promise<unknown>>();
  return {
    busy: (key) => tails.has(key),
    run: (key, work, waitMs = limitMs) =>
      new Promise((resolve, reject) => {
        let late = false;
        const timer = setTimeout(() => {
          late = true;
          const waited = `${waitMs} ms`;
          reject(new LockTimeoutError(`other work on ${key} did not end within ${waited}`));
        }, waitMs);
        const begin = async (): Promise<void> => {
          clearTimeout(timer);
          if (late) return;
          try {
            resolve(await work());
          } catch (error) {
            reject(error);
          }
        };
        const tail = (tails.get(key) ?? Promise.resolve()).then(begin).finally(() => {
          if (tails.get(key) === tail) tails.delete(key);
        });
        tails.set(key, tail);
      }),
  };
}
