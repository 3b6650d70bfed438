/** One piece of work for everybody who asks for the same at the same time. */
export interface SharedWork<P> {
  /**
   * Starts the work, or joins it where it is under way already. When `signal` is aborted this caller leaves; the work
   * itself ends when nobody waits for it any more.
   * @param on hears progress; one who joins hears the newest at once
   * @throws what the work throws; the reason of `signal` when that is aborted
   */
  run(
    key: string,
    signal: AbortSignal,
    on: (progress: P) => void,
    work: (tell: (progress: P) => void, signal: AbortSignal) => Promise<void>,
  ): Promise<void>;
}

interface Running<P> {
  done: Promise<void>;
  controller: AbortController;
  listeners: Set<(progress: P) => void>;
  newest: { progress: P } | null;
}

export function createSharedWork<P>(): SharedWork<P> {
  const running = new Map<string, Running<P>>();

  const begin: (key: string, work: Parameters<SharedWork<P>['run']>[3]) => Running<P> = (
    key,
    work,
  ) => {
    const controller = new AbortController();
    const listeners: Running<P>['listeners'] = new Set();
    const tell = (progress: P): void => {
      mine.newest = { progress };
      for (const listener of listeners) listener(progress);
    };
    const mine: Running<P> = { done: Promise.resolve(), controller, listeners, newest: null };
    mine.done = work(tell, controller.signal).finally(() => forget(key, mine));
    mine.done.catch(() => undefined); // everybody may have left
    running.set(key, mine);
    return mine;
  };
  /** Whoever comes now starts the work anew. */
  const forget = (key: string, one: Running<P>): void => {
    if (running.get(key) === one) running.delete(key);
  };

  return {
    async run(key, signal, on, work) {
      signal.throwIfAborted();
      const mine = running.get(key) ?? begin(key, work);
      const listener = (progress: P): void => on(progress);
      mine.listeners.add(listener);
      if (mine.newest !== null) on(mine.newest.progress);
      const { promise: left, reject } = Promise.withResolvers<never>();
      const leave = (): void => reject(signal.reason);
      signal.addEventListener('abort', leave, { once: true });
      try {
        await Promise.race([mine.done, left]);
      } finally {
        signal.removeEventListener('abort', leave);
        mine.listeners.delete(listener);
        if (mine.listeners.size === 0) {
          forget(key, mine);
          mine.controller.abort(signal.reason);
        }
      }
    },
  };
}
