import type { StoreFact } from '../../../domain/incidents/facts.ts';
import { TimeoutError, timeout } from '../../../platform/concurrency/timeout.ts';
import type { Store } from '../../../store/index.ts';

/** How long a look waits for its walk of the chained logs, in ms; a look that takes 5 s has failed. */
const walkMs = 4000;

/**
 * Looks at the database and walks its chained logs. Writes nothing. A walk of long logs outlasts the look that began it:
 * looks show what the last whole walk found, and no second one begins meanwhile.
 */
export function createStoreReader(
  store: Pick<Store, 'fault' | 'audit'>,
  ms = walkMs,
): () => Promise<StoreFact> {
  let broken_logs: StoreFact['broken_logs'] = [];
  let walking: Promise<void> | null = null;
  const walk = async (): Promise<void> => {
    const found: StoreFact['broken_logs'] = [];
    for (const log of store.audit.logs) {
      const proof = await store.audit.verify(log);
      if (!proof.ok) found.push({ log, detail: `At ${proof.broken_at}: ${proof.because}.` });
    }
    broken_logs = found;
  };
  return async () => {
    const fault = await store.fault('look');
    walking ??= walk().finally(() => (walking = null));
    await timeout(ms, 'a walk of the logs', walking).catch((error: unknown) => {
      if (!(error instanceof TimeoutError)) throw error;
    });
    return { fault: fault?.reason ?? null, broken_logs };
  };
}
