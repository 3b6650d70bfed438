import { ApplicationFailure, Context } from '@temporalio/activity';
import type { EndReason } from '../../contracts/spawn.ts';
import type { EndWatch } from './end-watch.ts';
import { AttemptTaken, type RunAttempt } from './run-attempt.ts';
import type { SpawnerActivities } from './spawn-activities.ts';

const heartbeatMs = 2000;

/**
 * The spawner's work as Temporal asks for it. A cancelled attempt ends by itself and gives its report, so that what is
 * written is what happened.
 * @param closing aborted when the spawner itself has to go
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
      // only where it was wished: else Temporal has not heard of us for a while, and will ask for the attempt again
      const cancelled = (): void => {
        if (context.cancellationDetails?.cancelRequested !== true) return;
        // Temporal does not say why
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
