import type { SeedRun } from './run-seed.ts';
import type { Seed } from './seeds/seed.ts';

/** What a proved patch adds, line by line, without indentation. */
const addedBy = ({ proved }: SeedRun): string[] =>
  (proved?.diff ?? '')
    .split('\n')
    .filter((line) => /^\+(?!\+\+ )/.test(line))
    .map((line) => line.slice(1).trim());

/** Whether a patch was proved that is not the right one. */
export function isWrong(seed: Seed, run: SeedRun): boolean {
  if (run.proved === null) return false;
  const isOther = seed.adds !== undefined && addedBy(run).join('\n') !== seed.adds.join('\n');
  return seed.end !== 'proved' || isOther || run.hidden.length > 0;
}

/** In what a run differs from what its seed has to come to; empty if in nothing. */
export function mistakesOf(seed: Seed, run: SeedRun): string[] {
  const tried = run.candidates.map((one) => `${one.class} ${one.verdict}: ${one.why}`);
  return [
    ...(run.class === seed.class ? [] : [`named ${run.class}, and it is ${seed.class}`]),
    ...(run.end === seed.end
      ? []
      : [`ended ${run.end} instead of ${seed.end}: ${[run.detail, ...tried].join('; ')}`]),
    ...(isWrong(seed, run) ? [`added ${JSON.stringify(addedBy(run))}`, ...run.hidden] : []),
  ];
}
