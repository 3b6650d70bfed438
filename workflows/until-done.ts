import {
  CancellationScope,
  condition,
  isCancellation,
  log,
  patched,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';

/** How long an attempt may still take once the history is long. Temporal's own retries of an activity may take days. */
const graceMs = 10_000;

/**
 * Repeats `work` until it succeeds, even after non-retryable errors, because the end of a window or a plan must be stored.
 * If failures or messages make the history long meanwhile, a new run continues the work.
 * @param what logged with each failure
 * @param newRun continues as new with what is left to do; returns only if something else ends this run
 */
export async function untilDone<T>(
  what: string,
  work: () => Promise<T>,
  newRun: () => Promise<void>,
): Promise<T> {
  for (let pause = 1000; ; pause = Math.min(2 * pause, 60_000)) {
    const scope = new CancellationScope();
    const attempt = { settled: false, cut: false };
    const working = scope.run(work).finally(() => void (attempt.settled = true));
    working.catch(() => undefined); // awaited below, possibly after it has failed
    try {
      await condition(() => attempt.settled || workflowInfo().continueAsNewSuggested);
      if (!attempt.settled && isLong()) {
        attempt.cut = !(await condition(() => attempt.settled, graceMs));
        if (attempt.cut) scope.cancel();
      }
      return await working;
    } catch (error) {
      if (isCancellation(error) && !attempt.cut) throw error;
      log.error(`${what}; trying again`, { error });
    }
    if (isLong()) await newRun();
    await sleep(pause);
  }
}

/** Whether a new run is due. Runs of version 0.1.0 with a long history ended here without one. */
const isLong = (): boolean =>
  workflowInfo().continueAsNewSuggested && patched('ends-continue-as-new');
