import type { Random } from './random.ts';

/** A draw from the standard normal distribution (Box–Muller). */
export function drawNormal(random: Random): number {
  const radius = Math.sqrt(-2 * Math.log(1 - random()));
  return radius * Math.cos(2 * Math.PI * random());
}

/**
 * A draw from the Gamma distribution with scale 1 (Marsaglia and Tsang 2000; below shape 1 with their power of a uniform).
 *
 * @param shape above 0
 */
export function drawGamma(random: Random, shape: number): number {
  if (shape < 1) return drawGamma(random, shape + 1) * (1 - random()) ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = drawNormal(random);
    const root = 1 + c * normal;
    if (root <= 0) continue;
    const cube = root * root * root;
    if (Math.log(1 - random()) < 0.5 * normal * normal + d - d * cube + d * Math.log(cube))
      return d * cube;
  }
}

/**
 * A draw from the Beta distribution, between 0 and 1.
 *
 * @param yes above 0
 * @param no above 0
 */
export function drawBeta(random: Random, yes: number, no: number): number {
  const one = drawGamma(random, yes);
  const other = drawGamma(random, no);
  return one + other === 0 ? yes / (yes + no) : one / (one + other);
}
