import type { Environment } from './environment.ts';

/** Median, 95th percentile and number of samples. */
export interface Figures {
  p50: number;
  p95: number;
  n: number;
}

export type Unit =
  | 'µs'
  | 'ms'
  | 'MB'
  | '%'
  | '×'
  | 'requests'
  | 'requests/s'
  | 'writes/s'
  | 's'
  | 'messages'
  | 'count';

/** One row of the table: our figures, those of the plain tool in the same run, and whether the bar is met. */
export interface Result {
  /** The name of its measure, which the run fills in. */
  measure?: string;
  name: string;
  unit: Unit;
  ours: Figures;
  /** Null if the bar is an absolute figure. */
  plain: Figures | null;
  /** Median of ours ÷ median of plain, if the bar is a ratio. */
  ratio?: number;
  /** Median of ours − median of plain in `unit`, if the bar is a difference. */
  difference?: number;
  bar: string;
  met: boolean;
  /** The number of samples of ours. */
  n: number;
  /** Details of the figure, such as where the time goes and what else was measured. */
  notes: string[];
}

/**
 * One file under measures/. It cleans up after itself, or registers the cleanup with the environment. One that only
 * computes needs neither Temporal nor Docker.
 */
export type Measure =
  | { name: string; run(environment: Environment): Promise<Result[]> }
  | { name: string; compute(quick: boolean): Promise<Result[]> };
