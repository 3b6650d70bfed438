/** Of an amplitude, 1 = full scale; null for silence and for what is no number. */
export const decibels = (amplitude: number): number | null =>
  amplitude > 0 && Number.isFinite(amplitude) ? rounded(20 * Math.log10(amplitude)) : null;

/** Of a mean square. */
export const decibelsOfPower = (power: number): number | null =>
  power > 0 && Number.isFinite(power) ? rounded(10 * Math.log10(power)) : null;

export const amplitude = (db: number): number => 10 ** (db / 20);

/** Thousandths: more digits are noise, and fewer would hide a miss of a ceiling. */
export const rounded = (value: number, digits = 3): number => {
  const scale = 10 ** digits;
  const result = Math.round(value * scale) / scale;
  return result === 0 ? 0 : result;
};
