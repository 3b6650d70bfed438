import { rounded } from './counting/decibels.ts';
import type { Measured } from './measure/measured.ts';

/** How two files are brought to one loudness, and what is then still different. Decibels and LU, a over b. */
export interface Match {
  lufs: number;
  a_gain_db: number;
  b_gain_db: number;
  louder_lu: number;
  true_peak_db: number | null;
  range_lu: number | null;
  /** What remains louder at its loudest 3 s. */
  short_term_max_lu: number | null;
}

/** Turns down only: to the quieter one, or lower if a peak would still be over full scale. Null if one is silent. */
export function matchOf(a: Measured, b: Measured): Match | null {
  const [one, other] = [a.meter, b.meter];
  if (one.integrated === null || other.integrated === null) return null;
  const rooms = [one, other].map(
    ({ integrated, true_peak }) => integrated! - Math.max(0, true_peak ?? 0),
  );
  const lufs = rounded(Math.min(...rooms));
  const minus = (x: number | null, y: number | null): number | null =>
    x === null || y === null ? null : rounded(x - y);
  const louder = rounded(one.integrated - other.integrated);
  return {
    lufs,
    a_gain_db: rounded(lufs - one.integrated),
    b_gain_db: rounded(lufs - other.integrated),
    louder_lu: louder,
    true_peak_db: minus(one.true_peak, other.true_peak),
    range_lu: minus(one.range, other.range),
    short_term_max_lu: minus(minus(one.short_term_max, other.short_term_max), louder),
  };
}
