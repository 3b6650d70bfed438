import type { RunAttempt } from './run-attempt.ts';
import type { TaskReport } from './task-activities.ts';

/** Attempts that run once in this process, however often they are requested. */
export interface JoinedAttempts {
  run: RunAttempt;
  /** How many callers only wait for the report of an attempt that an earlier call started. */
  readonly joined: number;
}

/**
 * Runs each attempt once in this process. An attempt that Temporal delivers again, after missed heartbeats, shares the
 * report of the first run. Aborting any of the calls ends the run for all of them.
 */
export function joinAttempts(run: RunAttempt): JoinedAttempts {
  const held = new Map<string, { report: Promise<TaskReport>; end: AbortController }>();
  let joined = 0;
  return {
    get joined() {
      return joined;
    },
    async run(input, signal) {
      const key = `${input.spawn_id}/${input.attempt}`;
      const known = held.get(key);
      const end = known?.end ?? new AbortController();
      const pass = (): void => end.abort(signal.reason);
      if (signal.aborted) pass();
      else signal.addEventListener('abort', pass, { once: true });
      const report = known?.report ?? run(input, end.signal);
      if (known === undefined) held.set(key, { report, end });
      else joined += 1;
      try {
        return await report;
      } finally {
        signal.removeEventListener('abort', pass);
        held.delete(key);
        if (known !== undefined) joined -= 1;
      }
    },
  };
}
