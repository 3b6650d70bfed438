export type StopSignal = 'SIGINT' | 'SIGTERM';

/** Signals within this time count as one: a terminal and a parent process may both forward the same Ctrl-C. */
const sameMs = 500;
const caught = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Turns the process's signals into one request to stop. */
export interface StopRequest {
  /** Resolves at the first signal. */
  readonly first: Promise<StopSignal>;
  /** Aborted at the first signal. */
  readonly signal: AbortSignal;
  /** Removes the signal handlers. */
  release(): void;
}

/**
 * Listens for SIGINT, SIGTERM and SIGHUP (a closed terminal, treated as SIGTERM). Calls `again` for a signal that comes
 * more than 500 ms after the first. If the launcher dies without forwarding a signal (kill -9), its channel closes, which
 * counts as SIGTERM.
 */
export function onStopSignal(again: () => void): StopRequest {
  const controller = new AbortController();
  const { promise: first, resolve } = Promise.withResolvers<StopSignal>();
  let firstAt: number | undefined;
  const listener = (name: NodeJS.Signals): void => {
    if (firstAt === undefined) {
      firstAt = Date.now();
      resolve(name === 'SIGINT' ? 'SIGINT' : 'SIGTERM');
      controller.abort();
    } else if (Date.now() - firstAt > sameMs) again();
  };
  for (const name of caught) process.on(name, listener);
  const orphaned = (): void => {
    if (firstAt === undefined) listener('SIGTERM');
  };
  process.once('disconnect', orphaned);
  // a listener on the channel would keep this process alive
  process.channel?.unref();
  // undefined if there never was a channel
  if ((process.connected as boolean | undefined) === false) orphaned();
  return {
    first,
    signal: controller.signal,
    release: () => {
      for (const name of caught) process.off(name, listener);
      process.off('disconnect', orphaned);
    },
  };
}
