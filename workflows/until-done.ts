import {
  CancellationScope,
  condition,
  isCancellation,
  log,
  patched,
  sleep,
  workflowInfo,
} from '@temporalio/workflow';

/** How long an attempt may still take in a run that is long. Temporal's own retries of an activity may take days. */
const graceMs = 10_000;

/**
 * Repeats `work` until it succeeds, even after errors that its activity calls final: the end of a window or a plan has to be
 * written. A run whose history grows long meanwhile, by failures or by messages, leaves the rest to a new run.
 * @param what logged with each failure
 * @param newRun continues as new with what is left to do; returns where something else ends this run
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
    working.catch(() => undefined); // awaited below, maybe after it failed
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

/** Runs of 0.1.0 that are longer than this ended here without a new run. */
const isLong = (): boolean =>
  workflowInfo().continueAsNewSuggested && patched('ends-continue-as-new');
