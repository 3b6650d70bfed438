/** Signals for tests, of one channel each: samples between -1 and 1. */
export const seconds = (count: number, rate = 48_000): number => Math.round(count * rate);

export function sine(
  hz: number,
  amplitude: number,
  samples: number,
  { rate = 48_000, phase = 0 } = {},
): Float32Array {
  const signal = new Float32Array(samples);
  const step = (2 * Math.PI * hz) / rate;
  for (let at = 0; at < samples; at += 1) signal[at] = amplitude * Math.sin(step * at + phase);
  return signal;
}

export const silence = (samples: number): Float32Array => new Float32Array(samples);

/** Even noise from a seed, the same on every machine. */
export function noise(amplitude: number, samples: number, seed = 1): Float32Array {
  let state = seed >>> 0 || 1;
  const signal = new Float32Array(samples);
  for (let at = 0; at < samples; at += 1) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    signal[at] = amplitude * ((state >>> 0) / 2 ** 31 - 1);
  }
  return signal;
}

export function joinedTo(...parts: Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, one) => sum + one.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function sumOf(...parts: Float32Array[]): Float32Array {
  const whole = new Float32Array(Math.max(...parts.map((one) => one.length)));
  for (const part of parts) for (let at = 0; at < part.length; at += 1) whole[at]! += part[at]!;
  return whole;
}

export const scaled = (signal: Float32Array, by: number): Float32Array =>
  signal.map((one) => one * by);

/** Channels of the same length as one interleaved block. */
export function interleaved(...channels: Float32Array[]): Float32Array {
  const [first] = channels;
  const block = new Float32Array(first!.length * channels.length);
  for (const [channel, signal] of channels.entries())
    for (let at = 0; at < signal.length; at += 1)
      block[at * channels.length + channel] = signal[at]!;
  return block;
}

export const fromDb = (db: number): number => 10 ** (db / 20);
