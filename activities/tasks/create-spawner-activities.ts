import { ApplicationFailure, Context } from '@temporalio/activity';
import type { EndReason } from '../../contracts/task.ts';
import type { EndWatch } from './end-watch.ts';
import { AttemptTaken, type RunAttempt } from './run-attempt.ts';
import type { SpawnerActivities } from './task-activities.ts';

const heartbeatMs = 2000;

/**
 * The spawner's activities. A cancelled attempt runs to its own end and returns its report, so that the store records
 * what really happened.
 * @param closing aborted when the spawner itself shuts down
 */
export function createSpawnerActivities(
  run: RunAttempt,
  watch: EndWatch,
  closing: AbortSignal,
): SpawnerActivities {
  return {
    async runAttempt(input) {
      const end = new AbortController();
      const endFor = (reason: EndReason): void => end.abort(reason);
      const context = Context.current();
      const beat = setInterval(() => context.heartbeat(), heartbeatMs);
      // only a requested cancel counts: after missed heartbeats Temporal retries the attempt by itself
      const cancelled = (): void => {
        if (context.cancellationDetails?.cancelRequested !== true) return;
        // Temporal does not carry the reason
        void watch.reasonOf(input.spawn_id).then((reason) => endFor(reason ?? 'cancelled'));
      };
      const closed = (): void => endFor('window_closed');
      context.cancellationSignal.addEventListener('abort', cancelled);
      closing.addEventListener('abort', closed);
      if (closing.aborted) closed();
      const unwatch = watch.watch(input, endFor);
      try {
        return await run(input, end.signal);
      } catch (error) {
        if (!(error instanceof AttemptTaken)) throw error;
        throw ApplicationFailure.nonRetryable(error.message, error.name);
      } finally {
        clearInterval(beat);
        unwatch();
        context.cancellationSignal.removeEventListener('abort', cancelled);
        closing.removeEventListener('abort', closed);
      }
    },
  };
}
