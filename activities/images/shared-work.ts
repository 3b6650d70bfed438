/** Shares one run of a piece of work between concurrent callers with the same key. */
export interface SharedWork<P> {
  /**
   * Starts the work, or joins the run in progress. When `signal` is aborted, this caller leaves; the work is aborted
   * when no caller is left.
   * @param on called with progress; a caller that joins gets the latest progress at once
   * @throws the error of the work; the reason of `signal` on abort
   */
  run(
    key: string,
    signal: AbortSignal,
    on: (progress: P) => void,
    work: (report: (progress: P) => void, signal: AbortSignal) => Promise<void>,
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
    const report = (progress: P): void => {
      mine.newest = { progress };
      for (const listener of listeners) listener(progress);
    };
    const mine: Running<P> = { done: Promise.resolve(), controller, listeners, newest: null };
    mine.done = work(report, controller.signal).finally(() => forget(key, mine));
    mine.done.catch(() => undefined); // all callers may have left
    running.set(key, mine);
    return mine;
  };
  /** The next call with this key starts a new run. */
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
