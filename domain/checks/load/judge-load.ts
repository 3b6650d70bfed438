import type { CheckAttempt } from '../../../contracts/checks.ts';
import type { Load } from '../suite.ts';
import { judgeThreshold, type LoadFigures, type Threshold } from './threshold.ts';
import { percentile } from './percentile.ts';
import { isHostPressed, type Pace } from './throttle.ts';

/** What a load did until it ended. */
export interface LoadEnd {
  /** Of the requests that got an answer, in ms. */
  latencies: readonly number[];
  ended: number;
  failed: number;
  /** The first reason of a failed request. */
  reason: string | null;
  seconds: number;
  pace: Pace;
  /** How the process that sends ended before its time; null if it did not. */
  died: string | null;
  /** How long that process was held up at most, in ms. */
  lag_ms: number;
}

type Verdict = Pick<CheckAttempt, 'status' | 'cause' | 'detail'>;

/** Decides each threshold of a load. Where the host had no room, or the load broke off, none is judged. */
export function judgeLoad(load: Load, end: LoadEnd): { threshold: Threshold; verdict: Verdict }[] {
  const { requests, thresholds } = load;
  const done = `${end.ended} of ${requests} requests`;
  const all = (verdict: Verdict) => thresholds.map((threshold) => ({ threshold, verdict }));
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

function verdictOf(threshold: Threshold, figures: LoadFigures, { reason }: LoadEnd): Verdict {
  const judged = judgeThreshold(threshold, figures);
  if (judged === null) {
    const because = reason === null ? '' : `: ${reason}`;
    return { status: 'not_run', cause: 'no_sample', detail: `nothing was measured${because}` };
  }
  if (judged.holds) return { status: 'passed', cause: null, detail: null };
  const why = figures.failed > 0 && reason !== null ? `; first failure: ${reason}` : '';
  return { status: 'failed', cause: 'threshold', detail: `${judged.shown}${why}` };
}

/** What is said of a load beside each of its thresholds. */
export function loadEvidence({ requests }: Load, end: LoadEnd): string {
  const { latencies, ended, failed, seconds, pace, lag_ms } = end;
  const p = (rank: number): string => percentile(latencies, rank).toFixed(1);
  return [
    `${ended} of ${requests} requests in ${shortSeconds(end)}, ${(ended / Math.max(seconds, 0.001)).toFixed(1)} a second; ${failed} failed`,
    ...(latencies.length === 0
      ? []
      : [`ms: p50 ${p(50)}, p95 ${p(95)}, p99 ${p(99)}, max ${p(100)}`]),
    `held back by the host for ${pace.throttled_s.toFixed(1)} s; ${pressure(pace)}`,
    `the process that sends was held up for at most ${lag_ms.toFixed(0)} ms`,
  ].join('\n');
}

const pressure = ({ others, short_s }: Pace): string =>
  short_s > 0
    ? `its memory was short for ${short_s.toFixed(0)} s`
    : `everything else used ${Math.round(others * 100)} % of its CPU at the end`;

const shortSeconds = ({ seconds }: LoadEnd): string => `${seconds.toFixed(1)} s`;
