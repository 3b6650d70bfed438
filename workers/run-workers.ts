import type { Worker } from '@temporalio/worker';

/**
 * Runs workers until `signal` aborts or one of them ends, and then all of them to their end.
 * @param began called once they run, unless the signal was aborted before
 */
export async function runWorkers(
  workers: readonly Worker[],
  signal: AbortSignal,
  began: () => void,
): Promise<void> {
  const stop = (): void => {
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  signal.addEventListener('abort', stop);
  try {
    const running = Promise.all(workers.map((worker) => worker.run().finally(stop)));
    if (signal.aborted) stop();
    else began();
    await running;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
