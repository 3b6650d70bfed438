import type { StoreFact } from '../../../domain/incidents/facts.ts';
import type { Store } from '../../../store/index.ts';

/** Looks at the database and walks its chained logs. Writes nothing. */
export const readStore = (store: Store) => async (): Promise<StoreFact> => {
  const fault = await store.fault('look');
  const broken_logs: StoreFact['broken_logs'] = [];
  for (const log of store.audit.logs) {
    const proof = await store.audit.verify(log);
    if (!proof.ok) broken_logs.push({ log, detail: `At ${proof.broken_at}: ${proof.because}.` });
  }
  return { fault: fault?.reason ?? null, broken_logs };
};
