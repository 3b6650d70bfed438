/** Transforms windows of a fixed, even length that is a power of two. */
export interface Spectrometer {
  size: number;
  /** The power of each bin below half the rate, of a Hann window. The result is used again by the next call. */
  powers(samples: Float32Array): Float64Array;
}

/** A radix-2 transform with tables, in place. */
export function createSpectrometer(size: number): Spectrometer {
  const half = size / 2;
  const [cos, sin] = [new Float64Array(half), new Float64Array(half)];
  for (let nth = 0; nth < half; nth += 1) {
    cos[nth] = Math.cos((2 * Math.PI * nth) / size);
    sin[nth] = Math.sin((2 * Math.PI * nth) / size);
  }
  const hann = Float64Array.from(
    { length: size },
    (_, nth) => 0.5 - 0.5 * Math.cos((2 * Math.PI * nth) / size),
  );
  const order = new Uint32Array(size);
  for (let nth = 1, bit = half; nth < size; nth *= 2, bit /= 2)
    for (let at = 0; at < nth; at += 1) order[nth + at] = order[at]! + bit;
  const [re, im, powers] = [new Float64Array(size), new Float64Array(size), new Float64Array(half)];
  return {
    size,
    powers(samples) {
      for (let at = 0; at < size; at += 1) {
        re[order[at]!] = samples[at]! * hann[at]!;
        im[at] = 0;
      }
      for (let span = 1; span < size; span *= 2) {
        const step = half / span;
        for (let start = 0; start < size; start += 2 * span) {
          for (let low = start, at = 0; low < start + span; low += 1, at += step) {
            const high = low + span;
            const c = cos[at]!;
            const s = sin[at]!;
            const u = re[high]!;
            const v = im[high]!;
            const x = u * c + v * s;
            const y = v * c - u * s;
            re[high] = re[low]! - x;
            im[high] = im[low]! - y;
            re[low]! += x;
            im[low]! += y;
          }
        }
      }
      for (let bin = 0; bin < half; bin += 1)
        powers[bin] = re[bin]! * re[bin]! + im[bin]! * im[bin]!;
      return powers;
    },
  };
}
