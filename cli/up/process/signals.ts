export type StopSignal = 'SIGINT' | 'SIGTERM';

/** A terminal and a parent may both pass on the same Ctrl-C. */
const sameMs = 500;
const caught = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** Turns the process's signals into one request to stop. */
export interface StopRequest {
  /** Resolves with the first signal. */
  readonly first: Promise<StopSignal>;
  /** Aborts with the first signal. */
  readonly signal: AbortSignal;
  /** Gives the signals back to the process. */
  release(): void;
}

/**
 * Listens for SIGINT, SIGTERM and SIGHUP (a closed terminal, taken as SIGTERM); `again` is called for one that comes more
 * than 500 ms after the first. A launcher that dies without passing one on (kill -9) counts as SIGTERM: its channel ends.
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
  // a channel that is listened to would keep this process alive
  process.channel?.unref();
  // undefined where there never was a channel
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
