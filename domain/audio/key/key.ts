import type { AudioKey } from '../../../contracts/audio-report.ts';
import { rounded } from '../counting/decibels.ts';
import type { Chroma } from './chroma.ts';
import { major, minor, noteNames } from './profiles.ts';

/** Songs have a correlation of 0.57 or more, noise 0.39 or less, drums alone 0.47 or less. */
const leastCorrelation = 0.5;
/** Songs have 0.02 or less, noise 0.38 or more. */
const mostFlatness = 0.3;
/** Wrong keys were never this far ahead of the second. */
const sureMargin = 0.1;

/** A key needs notes: so many, each with this part of the strength of the strongest one. A tone and its overtones are none. */
const fewestNotes = 4;
const leastPart = 0.12;

function correlation(one: readonly number[], other: readonly number[]): number {
  const mean = (list: readonly number[]) => list.reduce((sum, x) => sum + x, 0) / list.length;
  const [m, n] = [mean(one), mean(other)];
  let [product, squares, others] = [0, 0, 0];
  for (const [nth, value] of one.entries()) {
    const [x, y] = [value - m, other[nth]! - n];
    product += x * y;
    squares += x * x;
    others += y * y;
  }
  return squares === 0 || others === 0 ? 0 : product / Math.sqrt(squares * others);
}

/** The key whose profile the notes fit best; null for what has none, such as noise. */
export function keyOf({
  classes,
  flatness,
  tuning_cents,
}: Pick<Chroma, 'classes' | 'flatness' | 'tuning_cents'>): AudioKey | null {
  if (flatness > mostFlatness) return null;
  const strongest = Math.max(...classes);
  if (classes.filter((one) => one >= leastPart * strongest).length < fewestNotes) return null;
  const keys = noteNames.flatMap((name, tonic) =>
    [['major', major] as const, ['minor', minor] as const].map(([scale, profile]) => ({
      name,
      scale,
      fit: correlation(
        classes,
        classes.map((_, note) => profile[(note - tonic + 12) % 12]!),
      ),
    })),
  );
  const [best, second] = keys.toSorted((one, other) => other.fit - one.fit);
  if (best === undefined || second === undefined || best.fit < leastCorrelation) return null;
  return {
    name: best.name,
    scale: best.scale,
    confidence: rounded(Math.min(1, (best.fit - second.fit) / sureMargin), 2),
    second: `${second.name} ${second.scale}`,
    tuning_cents,
  };
}
