import { growing } from './growing.ts';

/** The lowest and highest sample of each stretch of 10 ms, over the first two channels. */
export interface Waveform {
  seconds: number;
  low: Float32Array;
  high: Float32Array;
}

const stretchSeconds = 0.01;

export function createWaveform(rate: number): {
  /** Takes the next samples of the first two channels. */
  add(left: Float32Array, right: Float32Array, length: number): void;
  end(): Waveform;
} {
  const size = Math.max(1, Math.round(rate * stretchSeconds));
  const [low, high] = [growing(), growing()];
  let n = 0;
  const open = new Float32Array(2);
  const close = (): void => {
    low.push(open[0]!);
    high.push(open[1]!);
    open.fill(0);
    n = 0;
  };
  return {
    add(left, right, length) {
      for (let from = 0; from < length;) {
        const to = Math.min(length, from + size - n);
        let least = open[0]!;
        let most = open[1]!;
        for (let at = from; at < to; at += 1) {
          const x = left[at]!;
          const y = right[at]!;
          if (x < least) least = x;
          if (x > most) most = x;
          if (y < least) least = y;
          if (y > most) most = y;
        }
        open[0] = least;
        open[1] = most;
        n += to - from;
        if (n === size) close();
        from = to;
      }
    },
    end() {
      if (n > 0) close();
      return { seconds: stretchSeconds, low: low.values(), high: high.values() };
    },
  };
}

/** The same in at most so many columns, for a picture. */
export function columnsOf({ low, high }: Waveform, most: number): { low: number; high: number }[] {
  const columns = Math.min(most, low.length);
  return Array.from({ length: columns }, (_, column) => {
    const from = Math.floor((column * low.length) / columns);
    const to = Math.max(from + 1, Math.floor(((column + 1) * low.length) / columns));
    let [least, greatest] = [0, 0];
    for (let at = from; at < to; at += 1) {
      least = Math.min(least, low[at]!);
      greatest = Math.max(greatest, high[at]!);
    }
    return { low: least, high: greatest };
  });
}
