import { describe, expect, test } from 'vitest';
import { drawBeta, drawGamma, drawNormal } from '../../../../domain/routing/chance/draws.ts';
import { randomFrom, seedFor, type Random } from '../../../../domain/routing/chance/random.ts';

const n = 20_000;
const moments = (
  draw: (random: Random) => number,
): { mean: number; variance: number; least: number; most: number } => {
  const random = randomFrom(7);
  const values = Array.from({ length: n }, () => draw(random));
  const mean = values.reduce((sum, one) => sum + one, 0) / n;
  const variance = values.reduce((sum, one) => sum + (one - mean) ** 2, 0) / n;
  return { mean, variance, least: Math.min(...values), most: Math.max(...values) };
};

describe('a stream of numbers', () => {
  test('is the same for the same seed, for ever', () => {
    const random = randomFrom(42);
    expect([random(), random(), random()]).toEqual([
      0.6011037519201636, 0.44829055899754167, 0.8524657934904099,
    ]);
  });

  test('is even, and never 1', () => {
    const { mean, variance, least, most } = moments((random) => random());
    expect(mean).toBeCloseTo(0.5, 1);
    expect(variance).toBeCloseTo(1 / 12, 2);
    expect(least).toBeGreaterThanOrEqual(0);
    expect(most).toBeLessThan(1);
  });

  test('differs by name and by seed', () => {
    const seeds = ['a/b', 'b/a', 'a/c', ''].flatMap((name) =>
      [1, 2, 2 ** 32 - 1].map((seed) => seedFor(seed, name)),
    );
    expect(new Set(seeds).size).toBe(seeds.length);
  });

  test('of neighbouring seeds are not alike', () => {
    const firsts = Array.from({ length: 2000 }, (_, seed) => randomFrom(seedFor(seed, 'x/y'))());
    const mean = firsts.reduce((sum, one) => sum + one, 0) / firsts.length;
    const apart = firsts.slice(1).map((one, at) => (one - 0.5) * (firsts[at]! - 0.5));
    expect(mean).toBeCloseTo(0.5, 1);
    expect(Math.abs(apart.reduce((sum, one) => sum + one, 0) / apart.length)).toBeLessThan(0.01);
  });
});

describe('draws have the mean and variance of their distribution', () => {
  test('normal', () => {
    const { mean, variance } = moments(drawNormal);
    expect(mean).toBeCloseTo(0, 1);
    expect(variance).toBeCloseTo(1, 1);
  });

  test.each([0.1, 0.6, 1, 3.5, 40])('Gamma of shape %d', (shape) => {
    const { mean, variance, least } = moments((random) => drawGamma(random, shape));
    expect(mean / shape).toBeCloseTo(1, 1);
    expect(variance / shape).toBeGreaterThan(0.85);
    expect(variance / shape).toBeLessThan(1.15);
    expect(least).toBeGreaterThanOrEqual(0);
  });

  test.each([
    [19.4, 0.6],
    [0.04, 1.96],
    [1, 1],
    [3, 7],
  ])('Beta of %d and %d', (yes, no) => {
    const { mean, variance, least, most } = moments((random) => drawBeta(random, yes, no));
    const sum = yes + no;
    expect(mean).toBeCloseTo(yes / sum, 1);
    expect(variance).toBeCloseTo((yes * no) / (sum * sum * (sum + 1)), 2);
    expect(least).toBeGreaterThanOrEqual(0);
    expect(most).toBeLessThanOrEqual(1);
  });
});
