import { decibelsOfPower } from './counting/decibels.ts';
import type { Described } from './measure/measured.ts';

const leastOverDb = 15;
/** How far around a harmonic its neighbours are looked at. */
const [near, far] = [4, 14];

/**
 * A hum of the mains: 50 or 60 Hz and at least two of the next three harmonics stand out of a mean spectrum.
 * @param mean mean powers, `hz` apart
 */
export function humOf(mean: Float64Array, hz: number): Described['hum'] {
  const found = [50, 60].flatMap((base) => {
    const over = [1, 2, 3, 4].map((harmonic) => standsOut(mean, (base * harmonic) / hz));
    const strong = over.filter((one) => one >= leastOverDb);
    return over[0]! >= leastOverDb && strong.length >= 3 ? [{ hz: base, over_db: over[0]! }] : [];
  });
  return found.toSorted((one, other) => other.over_db - one.over_db)[0] ?? null;
}

function standsOut(mean: Float64Array, at: number): number {
  const bin = Math.round(at);
  const here = Math.max(...mean.subarray(bin - 1, bin + 2));
  const around = [...mean.subarray(bin - far, bin - near), ...mean.subarray(bin + near, bin + far)];
  const usual = around.toSorted((one, other) => one - other)[Math.floor(around.length / 2)] ?? 0;
  return decibelsOfPower(here / Math.max(usual, 1e-30)) ?? 0;
}
