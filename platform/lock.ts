/** Lets work on the same key happen one after the other, in the order in which it was asked for. */
export interface KeyedLock {
  run<T>(key: string, work: () => Promise<T>): Promise<T>;
  /** The same; null where its turn does not come within `waitMs`, and then the work is not begun any more. */
  runSoon<T>(key: string, waitMs: number, work: () => Promise<T>): Promise<T | null>;
  /** Is somebody at work on this key, or waiting to be? */
  busy(key: string): boolean;
}

export function createKeyedLock(): KeyedLock {
  const tails = new Map<string, Promise<unknown>>();
  const run = async <T>(key: string, work: () => Promise<T>): Promise<T> => {
    const before = tails.get(key) ?? Promise.resolve();
    const mine = before.then(work, work);
    const tail = mine.catch(() => undefined);
    tails.set(key, tail);
    try {
      return await mine;
    } finally {
      if (tails.get(key) === tail) tails.delete(key);
    }
  };
  return {
    busy: (key) => tails.has(key),
    run,
    runSoon: (key, waitMs, work) =>
      new Promise((resolve, reject) => {
        let late = false;
        const timer = setTimeout(() => {
          late = true;
          resolve(null);
        }, waitMs);
        const begin = async () => {
          clearTimeout(timer);
          return late ? null : work();
        };
        run(key, begin).then(resolve, reject);
      }),
  };
}
