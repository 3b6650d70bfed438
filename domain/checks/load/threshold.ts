import { percentile } from './percentile.ts';

export type Figure = 'p' | 'min' | 'avg' | 'med' | 'max' | 'failed' | 'rate';
export type Operator = '<' | '<=' | '>' | '>=';

/** What a load has to keep, such as `p(95) < 300`, with the text that it was written as. */
export interface Threshold {
  source: string;
  figure: Figure;
  /** Of `p`: 0 to 100. */
  rank: number;
  operator: Operator;
  /** In ms, as a share of 1 for `failed`, or in requests per second for `rate`. */
  limit: number;
}

/** What a load did. */
export interface LoadFigures {
  /** Of the requests that got an answer, in ms. */
  latencies: readonly number[];
  /** Requests that have a result: those without an answer are failed. */
  ended: number;
  failed: number;
  seconds: number;
}

/** Decides a threshold. Null: nothing was measured, so that it neither holds nor breaks. */
export function judgeThreshold(
  { source, figure, rank, operator, limit }: Threshold,
  load: LoadFigures,
): { holds: boolean; shown: string } | null {
  const value = valueOf(figure, rank, load);
  if (value === null) return null;
  const holds = {
    '<': value < limit,
    '<=': value <= limit,
    '>': value > limit,
    '>=': value >= limit,
  };
  const name = source.slice(0, source.search(/[<>]/)).trim();
  const rest = source.slice(source.search(/[<>]/));
  return { holds: holds[operator], shown: `${name} (${shownValue(figure, value)}) ${rest}` };
}

function valueOf(figure: Figure, rank: number, load: LoadFigures): number | null {
  const { latencies, ended, failed, seconds } = load;
  if (figure === 'failed') return ended === 0 ? null : failed / ended;
  if (figure === 'rate') return ended === 0 || seconds <= 0 ? null : latencies.length / seconds;
  if (latencies.length === 0) return null;
  if (figure === 'avg') return latencies.reduce((sum, ms) => sum + ms, 0) / latencies.length;
  const ranks = { p: rank, min: 0, med: 50, max: 100 };
  return percentile(latencies, ranks[figure]);
}

function shownValue(figure: Figure, value: number): string {
  if (figure === 'failed') return `${Number((value * 100).toFixed(2))}%`;
  return figure === 'rate' ? value.toFixed(1) : `${Number(value.toFixed(1))}`;
}
