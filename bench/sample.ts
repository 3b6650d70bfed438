import type { Figures } from './measure.ts';

/** Returns a percentile by nearest rank: `share` is between 0 and 1. NaN without samples. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((one, other) => one - other);
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN;
}

export const median = (samples: readonly number[]): number => percentile(samples, 0.5);

export const figures = (samples: readonly number[]): Figures => ({
  p50: median(samples),
  p95: percentile(samples, 0.95),
  n: samples.length,
});

/** Runs `work` and returns how long it took, in ms, and its result. */
export async function timed<T>(work: () => Promise<T>): Promise<[ms: number, value: T]> {
  const began = performance.now();
  const value = await work();
  return [performance.now() - began, value];
}

/** Runs `first` and `second` n times, in alternating order, so that disturbances affect both. */
export async function inTurns(
  n: number,
  first: () => Promise<void>,
  second: () => Promise<void>,
): Promise<void> {
  for (let round = 0; round < n; round += 1) {
    const [one, other] = round % 2 === 0 ? [first, second] : [second, first];
    await one();
    await other();
  }
}

/** Runs `work` on every item, `atATime` at once. */
export async function crowd<T>(
  items: readonly T[],
  atATime: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (const item of left) await work(item);
  };
  await Promise.all(Array.from({ length: atATime }, worker));
}

export const ms = (value: number): string =>
  `${value < 10 ? value.toFixed(1) : Math.round(value)} ms`;
