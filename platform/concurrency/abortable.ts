/**
 * Waits for what a step has begun until `signal` aborts, and throws its reason then: a cancelled plan does not wait,
 * since undoing the step ends that too. Nothing may begin afterwards, or nobody would undo it.
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
