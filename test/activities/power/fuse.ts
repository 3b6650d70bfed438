/** Simulates the death of a process at any step: later calls have no effect and never return. */
export interface Fuse {
  /** Wraps the store or Engine of the process that dies. */
  cutting<T extends object>(outside: T): T;
  /**
   * Lets `work` make this many calls, then simulates its death.
   * @returns whether it died; false if the work finished before
   */
  dies(calls: number, work: () => Promise<unknown>): Promise<boolean>;
}

export function createFuse(): Fuse {
  let left = Infinity;
  let died: () => void = () => undefined;
  const dead = new Promise<never>(() => undefined);

  const cutting = <T extends object>(outside: T): T =>
    new Proxy(outside, {
      get(target, key, receiver): unknown {
        const value: unknown = Reflect.get(target, key, receiver);
        // a store has one object per table
        if (typeof value === 'object' && value !== null) return cutting(value);
        if (typeof value !== 'function') return value;
        return (...input: unknown[]): unknown => {
          if (left <= 0) {
            died();
            return dead;
          }
          left -= 1;
          return Reflect.apply(value, target, input);
        };
      },
    });
  return {
    cutting,
    async dies(calls, work) {
      const { promise: death, resolve } = Promise.withResolvers<boolean>();
      died = () => resolve(true);
      left = calls;
      const dies = await Promise.race([work().then(() => false), death]);
      if (!dies) left = Infinity;
      return dies;
    },
  };
}
