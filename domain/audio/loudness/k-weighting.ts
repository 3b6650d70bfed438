/** A filter of second order, with its first denominator divided out. */
export interface Biquad {
  b: readonly [number, number, number];
  a: readonly [number, number];
}

/**
 * The two filters of K-weighting at a rate: a shelf for the head, and a high-pass. Source: ITU-R BS.1770-4, whose coefficients
 * at 48 kHz are these analogue filters through the bilinear transform.
 */
export function kWeighting(rate: number): [shelf: Biquad, highPass: Biquad] {
  const shelf = (): Biquad => {
    const [q, gain] = [0.707_175_236_955_419_6, 3.999_843_853_973_347];
    const k = Math.tan((Math.PI * 1681.974_450_955_533) / rate);
    const high = 10 ** (gain / 20);
    const band = high ** 0.499_666_774_154_541_6;
    const a0 = 1 + k / q + k * k;
    return {
      b: [
        (high + (band * k) / q + k * k) / a0,
        (2 * (k * k - high)) / a0,
        (high - (band * k) / q + k * k) / a0,
      ],
      a: [(2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0],
    };
  };
  const highPass = (): Biquad => {
    const q = 0.500_327_037_323_877_3;
    const k = Math.tan((Math.PI * 38.135_470_876_024_44) / rate);
    const a0 = 1 + k / q + k * k;
    return { b: [1, -2, 1], a: [(2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0] };
  };
  return [shelf(), highPass()];
}

const surround = 1.41;
/** Weights of channels in the order of their layout; 0 for the low-frequency channel. Source: ITU-R BS.1770-4, table 3. */
const weights: Record<string, readonly number[]> = {
  '2.1': [1, 1, 0],
  '3.1': [1, 1, 1, 0],
  '4.0': [1, 1, 1, surround],
  quad: [1, 1, surround, surround],
  '5.0': [1, 1, 1, surround, surround],
  '5.1': [1, 1, 1, 0, surround, surround],
  '6.1': [1, 1, 1, 0, surround, surround, surround],
  '7.1': [1, 1, 1, 0, surround, surround, surround, surround],
};

/** How much each channel counts. @param layout as ffmpeg names it, such as `5.1(side)` */
export function channelWeights(layout: string, channels: number, dualMono: boolean): number[] {
  if (channels === 1) return [dualMono ? 2 : 1];
  const known = weights[layout.replace(/\(.*\)$/, '')];
  return known?.length === channels ? [...known] : Array.from({ length: channels }, () => 1);
}
