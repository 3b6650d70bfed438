/** How alike the two sides of the bass are. */
export interface BassCounter {
  add(left: Float32Array, right: Float32Array, length: number): void;
  /** Correlation; null where there is no bass. */
  end(): number | null;
}

const highestHz = 120;
/** Means of so many samples are enough below 120 Hz, and cost little. */
const together = 16;
/** Bass below this mean square, -60 dB, is none. */
const quiet = 1e-6;

/** Two low-passes of second order in a row on each side, at a sixteenth of the rate. */
export function createBassCounter(rate: number): BassCounter {
  const k = Math.tan((Math.PI * highestHz * together) / rate);
  const q = Math.SQRT1_2;
  const a0 = 1 + k / q + k * k;
  const [b0, a1, a2] = [(k * k) / a0, (2 * (k * k - 1)) / a0, (1 - k / q + k * k) / a0];
  // of both sides, the state of two filters each
  const states = new Float64Array(8);
  const pass = (value: number, from: number): number => {
    let x = value;
    for (let at = from; at < from + 4; at += 2) {
      const before = states[at]!;
      const w = x - a1 * before - a2 * states[at + 1]!;
      x = b0 * (w + 2 * before + states[at + 1]!);
      states[at + 1] = before;
      states[at] = w;
    }
    return x;
  };
  let [n, count] = [0, 0];
  const open = new Float64Array(2);
  const sums = new Float64Array(3);
  return {
    add(left, right, length) {
      let x = open[0]!;
      let y = open[1]!;
      for (let at = 0; at < length; at += 1) {
        x += left[at]!;
        y += right[at]!;
        n += 1;
        if (n < together) continue;
        const u = pass(x / together, 0);
        const v = pass(y / together, 4);
        sums[0]! += u * u;
        sums[1]! += v * v;
        sums[2]! += u * v;
        count += 1;
        n = 0;
        x = 0;
        y = 0;
      }
      open[0] = x;
      open[1] = y;
    },
    end() {
      const [l, r, lr] = sums as unknown as [number, number, number];
      const isQuiet = count === 0 || l / count < quiet || r / count < quiet;
      return isQuiet ? null : Math.max(-1, Math.min(1, lr / Math.sqrt(l * r)));
    },
  };
}
