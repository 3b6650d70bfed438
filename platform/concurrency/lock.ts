/** Earlier work on the same key took too long; this work was not started. */
export class LockTimeoutError extends Error {
  override name = 'LockTimeoutError';
}

/** Runs work on the same key one at a time, in the order of the calls. */
export interface KeyedLock {
  /**
   * @param waitMs how long to wait for the lock, instead of the lock's own limit
   * @throws LockTimeoutError if the lock is not free in time; then the work never starts
   */
  run<T>(key: string, work: () => Promise<T>, waitMs?: number): Promise<T>;
  /** Returns whether work on this key is running or waiting. */
  busy(key: string): boolean;
}

/** @param limitMs how long to wait for the lock by default */
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
