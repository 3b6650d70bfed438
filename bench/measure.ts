import type { Bed } from './bed.ts';

/** Median, 95th percentile and number of samples of one kind. */
export interface Figures {
  p50: number;
  p95: number;
  n: number;
}

export type Unit = 'ms' | 'MB' | '%' | 'requests/s' | 'writes/s' | 's' | 'messages';

/** One line of the table: our figures, those of the plain thing in the same run, and whether the bar is met. */
export interface Result {
  /** The measure that it is of; the run fills it in. */
  measure?: string;
  name: string;
  unit: Unit;
  ours: Figures;
  /** Null where the bar is a figure by itself. */
  plain: Figures | null;
  /** Median of ours ÷ median of plain; of bars that are ratios. */
  ratio?: number;
  /** Median of ours − median of plain, in `unit`; of bars that are differences. */
  difference?: number;
  bar: string;
  met: boolean;
  /** Samples of ours. */
  n: number;
  /** What stands behind the figure: where time goes, what was measured beside it. */
  notes: string[];
}

/** One file under measures/. It cleans up what it makes, or leaves it to the bed. */
export interface Measure {
  name: string;
  run(bed: Bed): Promise<Result[]>;
}
