/** This tab's part in an election among the tabs of one browser. */
export interface Leadership {
  leads(): boolean;
  /** The leader has shown that it works. */
  heardLeader(): void;
  stop(): void;
}

/** A leader that says nothing for longer is frozen or hangs, and a visible tab takes over. */
const silenceMs = 26_000;
const checkMs = 5000;

/** Runs `work` in exactly one tab of this browser at a time, by a Web Lock that ends with its tab. */
export function lead(name: string, work: (signal: AbortSignal) => Promise<void>): Leadership {
  const stopped = new AbortController();
  let leading = false;
  let heardAt = performance.now();

  const enter = (steal: boolean): void => {
    const taken = new AbortController();
    const hold = async (): Promise<void> => {
      leading = true;
      await work(AbortSignal.any([stopped.signal, taken.signal])).finally(() => (leading = false));
    };
    navigator.locks
      .request(name, steal ? { steal: true } : { signal: stopped.signal }, hold)
      .catch(() => {
        // another tab took the lock from this one, which waits for it again
        taken.abort();
        leading = false;
        if (!stopped.signal.aborted) enter(false);
      });
  };
  const watch = setInterval(() => {
    if (leading) heardAt = performance.now();
    const silent = performance.now() - heardAt > silenceMs;
    if (leading || !silent || document.visibilityState === 'hidden') return;
    heardAt = performance.now();
    enter(true);
  }, checkMs);
  enter(false);
  return {
    leads: () => leading,
    heardLeader: () => (heardAt = performance.now()),
    stop() {
      clearInterval(watch);
      stopped.abort();
    },
  };
}
