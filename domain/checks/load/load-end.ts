import type { Pace } from './pace.ts';

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

/** What the host was short of, in words. */
export const pressure = ({ others, short_s }: Pace): string =>
  short_s > 0
    ? `its memory was short for ${short_s.toFixed(0)} s`
    : `everything else used ${Math.round(others * 100)} % of its CPU at the end`;

/** How long a load took: `12.3 s`. */
export const shortSeconds = ({ seconds }: LoadEnd): string => `${seconds.toFixed(1)} s`;
