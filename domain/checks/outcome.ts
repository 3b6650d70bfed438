import type {
  CheckAttempt,
  CheckResult,
  CheckRunStatus,
  CheckRunView,
  CheckStatus,
} from '../../contracts/checks.ts';

/** How a check ended, by its tries: a pass after a failure is `flaky`, which is neither pass nor failure. */
export function outcomeOf(
  attempts: readonly CheckAttempt[],
): Pick<CheckResult, 'status' | 'cause' | 'detail' | 'started_at' | 'ms'> {
  const last = attempts.at(-1);
  if (last === undefined) {
    return { status: 'not_run', cause: null, detail: null, started_at: null, ms: null };
  }
  const failed = attempts.find(({ status }) => status !== 'passed');
  const began = { started_at: attempts[0]!.started_at };
  const ms = attempts.reduce((sum, one) => sum + one.ms, 0);
  if (last.status === 'passed' && failed !== undefined) {
    const detail = `passed at try ${last.attempt}; try ${failed.attempt}: ${failed.detail ?? failed.status}`;
    return { status: 'flaky', cause: failed.cause, detail, ...began, ms };
  }
  const { status, cause, detail } = last;
  return { status, cause, detail, ...began, ms };
}

/** Whether another try makes sense: not for what is no failure of the target. */
export const mayTryAgain = ({ status }: Pick<CheckAttempt, 'status'>): boolean =>
  /^(failed|timeout|error|inconclusive)$/.test(status);

/** Results that say something about the target. */
const judged: readonly CheckStatus[] = ['passed', 'failed', 'flaky', 'timeout', 'error'];

/** What came between the checks and their judgement. */
export interface RunFacts {
  flaky: 'fail' | 'pass';
  cancelled: boolean;
  /** Null if nobody cancelled, or Temporal itself. */
  cancelled_by: string | null;
  /** Why the run as a whole could not judge; null if it could. */
  refused: { cause: string; detail: string } | null;
  /** What its window's receipt still saw running; null without a receipt. */
  residue: readonly string[] | null;
}

export type RunEnd = Pick<
  CheckRunView,
  'status' | 'cause' | 'detail' | 'counts' | 'score' | 'exit_code'
>;

/** The end of a run, by the results of its checks. Nothing judged is never green. */
export function endOfRun(results: readonly CheckResult[], facts: RunFacts): RunEnd {
  const counts: Partial<Record<CheckStatus, number>> = {};
  for (const { status } of results) counts[status] = (counts[status] ?? 0) + 1;
  const total = judged.reduce((sum, status) => sum + (counts[status] ?? 0), 0);
  const score = total === 0 ? null : (counts.passed ?? 0) / total;
  const { status, cause, detail } = verdict(results, counts, total, facts);
  const green = status === 'passed' || (status === 'flaky' && facts.flaky === 'pass');
  const exit_code = green ? 0 : total === 0 ? 2 : 1;
  return { status, cause, detail, counts, score, exit_code };
}

interface Ending {
  status: CheckRunStatus;
  cause: string | null;
  detail: string | null;
}

function verdict(
  results: readonly CheckResult[],
  counts: Partial<Record<CheckStatus, number>>,
  total: number,
  { cancelled, cancelled_by, refused, residue }: RunFacts,
): Ending {
  const first = (...statuses: CheckStatus[]): CheckResult | undefined =>
    results.find(({ status }) => statuses.includes(status));
  const because = (status: CheckRunStatus, one: CheckResult): Ending => ({
    status,
    cause: one.cause,
    detail: `${one.suite}/${one.name}: ${one.detail ?? one.status}`,
  });
  const broken = first('failed', 'timeout');
  if (broken !== undefined) return because('failed', broken);
  if (cancelled) {
    const detail = cancelled_by === null ? null : `Cancelled by ${cancelled_by}.`;
    return { status: 'cancelled', cause: 'cancelled', detail };
  }
  if (refused !== null) return { status: 'inconclusive', ...refused };
  if (results.length === 0)
    return { status: 'inconclusive', cause: 'nothing_ran', detail: 'No check was selected.' };
  const error = first('error');
  if (error !== undefined) return because('error', error);
  if (residue !== null && residue.length > 0) {
    const detail = `Still running after the window closed: ${residue.join(', ')}.`;
    return { status: 'failed', cause: 'residue', detail };
  }
  const open = first('interrupted', 'inconclusive', 'not_run');
  if (open !== undefined) return because('inconclusive', open);
  if (total === 0) {
    const one = results[0]!;
    return {
      status: 'inconclusive',
      cause: one.cause ?? 'nothing_ran',
      detail: 'No check could be judged.',
    };
  }
  const flaky = first('flaky');
  if (flaky !== undefined) return because('flaky', flaky);
  return { status: 'passed', cause: null, detail: null };
}

/** The longest that a run's checks may take, in ms, with `concurrency` of them side by side. */
export function longestMs(units: readonly number[], concurrency: number): number {
  const sum = units.reduce((total, ms) => total + ms, 0);
  return Math.ceil(sum / concurrency + Math.max(0, ...units));
}

/** Whether a run has ended. */
export const runHasEnded = ({ status }: Pick<CheckRunView, 'status'>): boolean =>
  status !== 'queued' && status !== 'running';
