import type { Figures } from './measure.ts';

/** The value below which a share of the samples lies (nearest rank); NaN of none. */
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

/** How long `work` took, in ms, and what it gave. */
export async function timed<T>(work: () => Promise<T>): Promise<[ms: number, value: T]> {
  const began = performance.now();
  const value = await work();
  return [performance.now() - began, value];
}

/** Does `first` and `second` n times in turns, each round in the other order: what disturbs one disturbs both. */
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

/** Runs `work` on every item, so many at a time. */
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
