import type { CheckResult, CheckRunView, CheckStatus } from '../../../contracts/checks.ts';
import type { Receipt } from '../../../contracts/window.ts';

/** All that a report is written from: every writer is pure over it. */
export interface Report {
  version: string;
  run: CheckRunView;
  results: readonly CheckResult[];
  /** Of the run's window; null if it opened none. */
  receipt: Receipt | null;
}

/** The statuses that need attention. */
export const isBad = (status: CheckStatus): boolean =>
  /^(failed|timeout|error|inconclusive|interrupted|not_run)$/.test(status);

/** The milliseconds between the run's start and its end; 0 while it runs. */
export const durationOf = ({ started_at, created_at, finished_at }: CheckRunView): number =>
  finished_at === null ? 0 : Date.parse(finished_at) - Date.parse(started_at ?? created_at);

/** One line that says how a run ended. */
export function verdictLine({ run, results }: Pick<Report, 'run' | 'results'>): string {
  const { passed = 0 } = run.counts;
  const score = run.score === null ? 'no score' : `score ${Math.round(run.score * 100)} %`;
  const others = Object.entries(run.counts)
    .filter(([status]) => status !== 'passed')
    .map(([status, count]) => `${count} ${status}`);
  const parts = [`${passed} of ${results.length} passed`, ...others, score];
  return `${run.suite}: ${run.status}${run.cause === null ? '' : ` (${run.cause})`} · ${parts.join(' · ')}`;
}
