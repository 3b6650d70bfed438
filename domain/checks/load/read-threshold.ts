import { parseDuration } from '../../services/compose-units.ts';
import type { Figure, Operator, Threshold } from './threshold.ts';

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
