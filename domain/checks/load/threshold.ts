import { parseDuration } from '../../services/compose-units.ts';
import { percentile } from './percentile.ts';

type Figure = 'p' | 'min' | 'avg' | 'med' | 'max' | 'failed' | 'rate';
type Operator = '<' | '<=' | '>' | '>=';

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

const shape = /^(p\((\d{1,2}(?:\.\d+)?|100)\)|min|avg|med|max|failed|rate)\s*(<=|>=|<|>)\s*(\S+)$/;

/** Reads a threshold. @throws Error that says what is wrong with it */
export function parseThreshold(source: string): Threshold {
  const text = source.trim();
  const match = shape.exec(text);
  if (match === null) {
    throw new Error(
      `"${source}" is no threshold; write one such as p(95) < 300, avg < 1s, failed < 1% or rate > 10`,
    );
  }
  const [, named = '', rank = '0', operator, written = ''] = match;
  const figure = (named.startsWith('p(') ? 'p' : named) as Figure;
  const limit = limitOf(figure, written);
  if (limit === null) {
    throw new Error(`"${source}": ${written} is not ${wanted[figure] ?? wanted['p']}`);
  }
  return { source: text, figure, rank: Number(rank), operator: operator as Operator, limit };
}

const wanted: Partial<Record<Figure, string>> = {
  failed: 'a percentage such as 1%',
  rate: 'a number of requests per second',
  p: 'a time in ms, or a duration such as 1s',
};

const plainNumber = /^\d+(\.\d+)?$/;

function limitOf(figure: Figure, text: string): number | null {
  if (figure === 'failed') {
    const share = text.endsWith('%') ? text.slice(0, -1) : '';
    return plainNumber.test(share) && Number(share) <= 100 ? Number(share) / 100 : null;
  }
  if (plainNumber.test(text)) return Number(text);
  return figure === 'rate' ? null : parseDuration(text);
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
