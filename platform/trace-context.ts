import { AsyncLocalStorage } from 'node:async_hooks';

const current = new AsyncLocalStorage<string>();

/**
 * Runs `work` as a part of something else: every event that it appends says of what.
 * @param parent a `traceparent` (W3C), or a reference such as `run-1f2e3d4c` or `plan-1f2e3d4c/s1`; null runs it as it is
 */
export const withTraceParent = <T>(parent: string | null, work: () => T): T =>
  parent === null ? work() : current.run(parent, work);

/** What the running code is a part of; null if nothing is known. */
export const traceParent = (): string | null => current.getStore() ?? null;
