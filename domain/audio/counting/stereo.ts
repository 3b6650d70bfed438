import type { AudioStereo } from '../../../contracts/audio-report.ts';
import { decibelsOfPower, rounded } from './decibels.ts';
import type { Frames } from './frames.ts';

const windowFrames = 30;
/** Below this mean square, -60 dB, channels are noise to each other. */
const quiet = 1e-6;

const sumOf = (list: Float32Array): number => list.reduce((sum, one) => sum + one, 0);

/** How the first two channels relate: over all, and over every stretch of 3 s. */
export function stereoOf({ left, right, product }: Frames): {
  stereo: Omit<AudioStereo, 'bass_correlation'>;
  /** The correlation of the 3 s that begin with each frame; null where it is too quiet. */
  correlations: (number | null)[];
} {
  const [l, r, lr] = [sumOf(left), sumOf(right), sumOf(product)];
  const correlations = rolling(left, right, product);
  const heard = correlations.filter((one) => one !== null);
  const [mid, side] = [(l + r + 2 * lr) / 4, (l + r - 2 * lr) / 4];
  const balance = l > 0 && r > 0 ? decibelsOfPower(l / r) : null;
  const mono = l + r > 0 ? (decibelsOfPower(Math.max(mid, 0) / ((l + r) / 2)) ?? -120) : null;
  return {
    stereo: {
      correlation: l > 0 && r > 0 ? rounded(lr / Math.sqrt(l * r)) : null,
      correlation_min: heard.length === 0 ? null : heard.reduce((one, two) => Math.min(one, two)),
      width: mid + side > 0 ? rounded(Math.max(0, side) / (mid + side)) : null,
      balance,
      // what is alike keeps its level, what is not loses 3 dB, and what is opposite vanishes
      mono_loss: mono === null ? null : rounded(Math.max(0, -mono)),
    },
    correlations,
  };
}

function rolling(
  left: Float32Array,
  right: Float32Array,
  product: Float32Array,
): (number | null)[] {
  const length = Math.min(windowFrames, left.length);
  let [l, r, lr] = [0, 0, 0];
  const result: (number | null)[] = [];
  for (let at = 0; at < left.length; at += 1) {
    [l, r, lr] = [l + left[at]!, r + right[at]!, lr + product[at]!];
    if (at >= length) {
      const old = at - length;
      [l, r, lr] = [l - left[old]!, r - right[old]!, lr - product[old]!];
    }
    if (at < length - 1) continue;
    const isQuiet = l / length < quiet || r / length < quiet;
    result.push(isQuiet ? null : rounded(Math.max(-1, Math.min(1, lr / Math.sqrt(l * r)))));
  }
  return result;
}
