import { growing } from '../counting/growing.ts';
import { kWeighting } from './k-weighting.ts';

/** How often loudness is looked at: short sounds that fall between two looks would measure up to 0.5 LU low. */
export const looksPerSecond = 100;

export interface LoudnessCounter {
  /** Takes the next samples of one channel; every channel takes as many before the next ones. */
  add(channel: number, samples: Float32Array, length: number): void;
  /** The weighted mean power of each hundredth of a second. */
  end(): Float32Array;
}

/** Gathers the K-weighted power of a signal, with flat memory. @param weights how much each channel counts */
export function createLoudnessCounter(rate: number, weights: readonly number[]): LoudnessCounter {
  const [shelf, pass] = kWeighting(rate);
  const [s0, s1, s2] = shelf.b;
  const [t1, t2] = shelf.a;
  const [u1, u2] = pass.a;
  const size = Math.max(1, Math.round(rate / looksPerSecond));
  // of each channel: the state of both filters, the sum of the open piece and its length
  const states = weights.map(() => ({ w1: 0, w2: 0, v1: 0, v2: 0, sum: 0, n: 0 }));
  /** Sums of whole pieces that not every channel has delivered yet. */
  const pending = weights.map((): number[] => []);
  const powers = growing();
  return {
    add(channel, samples, length) {
      const weight = weights[channel]!;
      const state = states[channel]!;
      let { w1, w2, v1, v2, sum, n } = state;
      const done = pending[channel]!;
      if (weight === 0) {
        for (n += length; n >= size; n -= size) done.push(0);
      } else
        for (let at = 0; at < length; at += 1) {
          const w0 = samples[at]! - t1 * w1 - t2 * w2;
          const x = s0 * w0 + s1 * w1 + s2 * w2;
          w2 = w1;
          w1 = w0;
          const v0 = x - u1 * v1 - u2 * v2;
          const y = v0 - 2 * v1 + v2;
          v2 = v1;
          v1 = v0;
          sum += y * y;
          n += 1;
          if (n === size) {
            done.push((weight * sum) / size);
            [sum, n] = [0, 0];
          }
        }
      states[channel] = { w1, w2, v1, v2, sum, n };
      if (channel === weights.length - 1) flush();
    },
    end: () => powers.values(),
  };

  function flush(): void {
    const whole = Math.min(...pending.map(({ length }) => length));
    for (let at = 0; at < whole; at += 1)
      powers.push(pending.reduce((sum, one) => sum + one[at]!, 0));
    for (const one of pending) one.splice(0, whole);
  }
}
