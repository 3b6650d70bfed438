/** The lowest and highest sample of each column, from -1 to 1. */
export interface Peaks {
  seconds: number;
  peaks: readonly (readonly [low: number, high: number])[];
}

const rounded = (value: number): string => String(Math.round(value * 100) / 100);
/** From -1 … 1 to a height from 100 down to 0. */
const height = (sample: number): number => 50 - 50 * Math.min(1, Math.max(-1, sample));

/** The outline of a signal as a path in a box of 100 by 100: along the high side, and back along the low one. */
export function outlineOf(peaks: Peaks['peaks']): string {
  if (peaks.length === 0) return '';
  const x = (at: number): string => rounded((100 * at) / Math.max(1, peaks.length - 1));
  const high = peaks.map(([, top], at) => `${x(at)} ${rounded(height(top))}`);
  const low = peaks.map(([bottom], at) => `${x(at)} ${rounded(height(bottom))}`);
  return `M${high.join('L')}L${low.toReversed().join('L')}Z`;
}
