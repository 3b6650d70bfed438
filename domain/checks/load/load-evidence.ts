import type { Load } from '../suite.ts';
import { percentile } from './percentile.ts';
import { pressure, shortSeconds, type LoadEnd } from './load-end.ts';

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
