import type { CheckAttempt } from '../../../contracts/checks.ts';
import type { Load } from '../suite.ts';
import { judgeThreshold, type LoadFigures, type Threshold } from './threshold.ts';
import { isHostPressed } from './pace.ts';
import { pressure, shortSeconds, type LoadEnd } from './load-end.ts';

type Judged = Pick<CheckAttempt, 'status' | 'cause' | 'detail'>;

/** Decides each threshold of a load. Where the host had no room, or the load broke off, none is judged. */
export function judgeLoad(load: Load, end: LoadEnd): { threshold: Threshold; verdict: Judged }[] {
  const { requests, thresholds } = load;
  const done = `${end.ended} of ${requests} requests`;
  const all = (verdict: Judged) => thresholds.map((threshold) => ({ threshold, verdict }));
  if (end.died !== null) {
    const detail = `the process that sends the requests ended (${end.died}) after ${done}`;
    return all({ status: 'error', cause: 'load_died', detail });
  }
  if (isHostPressed(end.pace)) {
    const detail = `the host had no room for the load: ${pressure(end.pace)}; ${done} in ${shortSeconds(end)}`;
    return all({ status: 'inconclusive', cause: 'host_pressed', detail });
  }
  const figures = figuresOf(load, end);
  return thresholds.map((threshold) => ({
    threshold,
    verdict: verdictOf(threshold, figures, end),
  }));
}

/** A request without an answer when the time is over has failed, and so has one that could not even be sent. */
function figuresOf(
  { requests }: Load,
  { latencies, ended, failed, seconds }: LoadEnd,
): LoadFigures {
  return { latencies, ended: requests, failed: failed + requests - ended, seconds };
}

function verdictOf(threshold: Threshold, figures: LoadFigures, { reason }: LoadEnd): Judged {
  const judged = judgeThreshold(threshold, figures);
  if (judged === null) {
    const because = reason === null ? '' : `: ${reason}`;
    return { status: 'not_run', cause: 'no_sample', detail: `nothing was measured${because}` };
  }
  if (judged.holds) return { status: 'passed', cause: null, detail: null };
  const why = figures.failed > 0 && reason !== null ? `; first failure: ${reason}` : '';
  return { status: 'failed', cause: 'threshold', detail: `${judged.shown}${why}` };
}
