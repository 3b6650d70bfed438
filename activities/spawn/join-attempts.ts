import type { RunAttempt } from './run-attempt.ts';
import type { SpawnReport } from './spawn-activities.ts';

/**
 * Runs each attempt once in this process. Who asks again for one that is held here, since Temporal had not heard of it for
 * a while, gets the report of that very one; whoever ends it, ends it for all.
 */
export function joinAttempts(run: RunAttempt): RunAttempt {
  const held = new Map<string, { report: Promise<SpawnReport>; end: AbortController }>();
  return async (input, signal, turn = () => undefined) => {
    const key = `${input.spawn_id}/${input.attempt}`;
    const known = held.get(key);
    if (known !== undefined) turn();
    const end = known?.end ?? new AbortController();
    const pass = (): void => end.abort(signal.reason);
    if (signal.aborted) pass();
    else signal.addEventListener('abort', pass, { once: true });
    const report = known?.report ?? run(input, end.signal, turn);
    if (known === undefined) held.set(key, { report, end });
    try {
      return await report;
    } finally {
      signal.removeEventListener('abort', pass);
      held.delete(key);
    }
  };
}
