import type { CheckStatus } from './checks.ts';

/** The checks of one suite in a run, as the event of the run's end has them. Instants in ISO 8601. */
export interface CheckGroup {
  suite: string;
  started_at: string;
  finished_at: string;
  counts: Partial<Record<CheckStatus, number>>;
}
