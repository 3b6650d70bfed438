import { growing } from './growing.ts';

/** Sums over frames of 100 ms: mean powers of all channels together and of the first two, and their product. */
export interface Frames {
  seconds: number;
  power: Float32Array;
  left: Float32Array;
  right: Float32Array;
  product: Float32Array;
}

export interface FrameCounter {
  /** Takes the next samples of every channel. */
  add(channels: readonly Float32Array[], length: number): void;
  end(): Frames;
}

export const frameSeconds = 0.1;

export function createFrameCounter(rate: number, channels: number): FrameCounter {
  const size = Math.round(rate * frameSeconds);
  const [power, left, right, product] = [growing(), growing(), growing(), growing()];
  let n = 0;
  // of the open frame: left, right, their product, and all other channels
  const sums = new Float64Array(4);
  const close = (): void => {
    const [l, r, lr, others] = sums as unknown as [number, number, number, number];
    power.push((others + l + (channels > 1 ? r : 0)) / (n * channels));
    left.push(l / n);
    right.push(r / n);
    product.push(lr / n);
    sums.fill(0);
    n = 0;
  };
  const sum = (lanes: readonly Float32Array[], from: number, to: number): void => {
    const first = lanes[0]!;
    const second = lanes[1] ?? first;
    let l = 0;
    let r = 0;
    let lr = 0;
    for (let at = from; at < to; at += 1) {
      const x = first[at]!;
      const y = second[at]!;
      l += x * x;
      r += y * y;
      lr += x * y;
    }
    let others = 0;
    for (let lane = 2; lane < lanes.length; lane += 1)
      for (let at = from; at < to; at += 1) others += lanes[lane]![at]! * lanes[lane]![at]!;
    sums[0]! += l;
    sums[1]! += r;
    sums[2]! += lr;
    sums[3]! += others;
  };
  return {
    add(lanes, length) {
      for (let from = 0; from < length;) {
        const to = Math.min(length, from + size - n);
        sum(lanes, from, to);
        n += to - from;
        if (n === size) close();
        from = to;
      }
    },
    end() {
      if (n > size / 10) close();
      return {
        seconds: frameSeconds,
        power: power.values(),
        left: left.values(),
        right: right.values(),
        product: product.values(),
      };
    },
  };
}
