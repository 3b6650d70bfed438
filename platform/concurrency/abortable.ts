/**
 * Waits for `work`, but throws the reason of `signal` as soon as that aborts. The work itself continues: the caller must
 * undo it, and must start nothing else.
 */
export function abortable<T>(work: Promise<T> | T, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason as Error);
    if (signal.aborted) abort();
    else signal.addEventListener('abort', abort, { once: true });
    Promise.resolve(work)
      .finally(() => signal.removeEventListener('abort', abort))
      .then(resolve, reject);
  });
}
