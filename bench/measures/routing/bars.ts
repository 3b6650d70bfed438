import type { RoutingWeights } from '../../../contracts/routing.ts';
import { weightsOf } from '../../../domain/routing/settings.ts';
import type { Result } from '../../measure.ts';
import { figures } from '../../sample.ts';
import { greedy, ours, randomly } from './choosers.ts';
import { judged, tuning, type Kind } from './kinds.ts';
import { hindsight, lossPercent, play, worthOf } from './play.ts';
import { makeWorld } from './world.ts';

const all = 20_000;
const early = 2000;
const withFault = 12_000;

/** Figures of one world, by name: losses in percent. */
interface Losses {
  kind: string;
  [figure: string]: number | string;
}

/** Plays worlds of every kind on as many seeds, and holds the losses against the bars. */
export function bars(seeds: number): Result[] {
  const kinds = [...judged, ...tuning];
  const on = (weights: RoutingWeights, losses: typeof steady): Losses[] =>
    kinds.flatMap((kind) =>
      Array.from({ length: seeds }, (_, at) => ({
        kind: kind.name,
        ...losses(kind, at + 1, weights),
      })),
    );
  const balanced = on(weightsOf.BALANCED, steady);
  const quality = on(weightsOf['HIGH-PERF'], steady);
  const fallen = on(weightsOf.BALANCED, quietFall);
  const size = all.toLocaleString('en-US');
  const few = early.toLocaleString('en-US');
  return [
    row(`against the best fixed target, ${size}`, balanced, 'fixed', { mean: 0, worst: 3 }),
    row(`against the best fixed target, ${few}`, balanced, 'fixed early', { mean: 2, worst: 3 }),
    row(`against the best fixed target, ${size}, HIGH-PERF`, quality, 'fixed', {
      mean: 0,
      worst: 3,
    }),
    row(`against the best per type, ${size}`, balanced, 'type', { mean: 2.5 }),
    row(`against the best per type, ${size}, HIGH-PERF`, quality, 'type', { mean: 2.5 }),
    row(`as a part of random’s, ${size}`, balanced, 'gap', { mean: 15 }),
    row(`as a part of random’s, ${few}`, balanced, 'gap early', { mean: 30 }),
    row('during a quiet fall of the best', fallen, 'during', { mean: 3.5 }),
    row('after a quiet fall of the best', fallen, 'after', { mean: 3 }),
    baseline('ours with breakers, against the best fixed', balanced, 'breaker'),
    baseline('random, against the best fixed', balanced, 'random fixed'),
    baseline('ε-greedy, against the best fixed', balanced, 'greedy fixed'),
    baseline('best per type, against the best fixed', balanced, 'best fixed'),
    baseline('best fixed, against the best per type', balanced, 'fixed type'),
  ];
}

function steady(kind: Kind, seed: number, weights: RoutingWeights): Record<string, number> {
  const world = makeWorld(kind, seed, all, weights);
  const mine = play(world, ours(world, weights, seed, { breaker: false }));
  const broken = play(world, ours(world, weights, seed, { breaker: true }));
  const plain = play(world, greedy(world, seed));
  const chance = play(world, randomly(world, seed));
  const [whole, first] = [hindsight(world), hindsight(world, 0, early)];
  const worth = (played: typeof mine, to = all): number => worthOf(world, played, 0, to);
  const gap = (played: typeof mine, best: number, to = all): number =>
    (100 * (best - worth(played, to))) / (best - worth(chance, to));
  return {
    fixed: lossPercent(worth(mine), whole.fixed),
    'fixed early': lossPercent(worth(mine, early), first.fixed),
    type: lossPercent(worth(mine), whole.perType),
    breaker: lossPercent(worth(broken), whole.fixed),
    gap: gap(mine, whole.perType),
    'gap early': gap(mine, first.perType, early),
    'greedy fixed': lossPercent(worth(plain), whole.fixed),
    'greedy fixed early': lossPercent(worth(plain, early), first.fixed),
    'greedy type': lossPercent(worth(plain), whole.perType),
    'greedy gap': gap(plain, whole.perType),
    'greedy gap early': gap(plain, first.perType, early),
    'random fixed': lossPercent(worth(chance), whole.fixed),
    'best fixed': lossPercent(whole.perType, whole.fixed),
    'fixed type': lossPercent(whole.fixed, whole.perType),
  };
}

function quietFall(kind: Kind, seed: number, weights: RoutingWeights): Record<string, number> {
  const world = makeWorld(kind, seed, withFault, weights, 'quiet');
  const { from, to } = world;
  const during = hindsight(world, from, to).perType;
  const after = hindsight(world, to, withFault).perType;
  const mine = play(world, ours(world, weights, seed, { breaker: false }));
  const plain = play(world, greedy(world, seed));
  return {
    during: lossPercent(worthOf(world, mine, from, to), during),
    after: lossPercent(worthOf(world, mine, to), after),
    'greedy during': lossPercent(worthOf(world, plain, from, to), during),
    'greedy after': lossPercent(worthOf(world, plain, to), after),
  };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, one) => sum + one, 0) / values.length;

const valuesOf = (worlds: readonly Losses[], figure: string): number[] =>
  worlds.map((world) => world[figure] as number);

const isJudged = (world: Losses): boolean => judged.some(({ name }) => name === world.kind);

/** A mean and the worst of each kind of world. */
function byKind(
  worlds: readonly Losses[],
  figure: string,
): [kind: string, mean: number, worst: number][] {
  return [...Map.groupBy(worlds, ({ kind }) => kind)].map(([kind, those]) => {
    const values = valuesOf(those, figure);
    return [kind, mean(values), Math.max(...values)];
  });
}

/** One bar: every judged kind of world has to meet it by the mean of its seeds, and by its worst one where that has a limit. */
function row(
  name: string,
  worlds: readonly Losses[],
  figure: string,
  limit: { mean: number; worst?: number },
): Result {
  const counted = worlds.filter(isJudged);
  const tuned = worlds.filter((world) => !isJudged(world));
  const mine = figures(valuesOf(counted, figure));
  const plain = figures(valuesOf(counted, `greedy ${figure}`));
  const met = byKind(counted, figure).every(
    ([, average, worst]) => average <= limit.mean && worst <= (limit.worst ?? Infinity),
  );
  const text = (of: string, those: readonly Losses[]): string =>
    byKind(those, of)
      .map(([kind, average, worst]) => `${kind} ${average.toFixed(1)} (${worst.toFixed(1)})`)
      .join(', ');
  const worst = limit.worst === undefined ? '' : `, worst seed ≤ ${limit.worst} %`;
  return {
    name: `routing: loss ${name}`,
    unit: '%',
    ours: mine,
    plain,
    difference: mine.p50 - plain.p50,
    bar: `mean of each kind ≤ ${limit.mean} %${worst}`,
    met,
    n: counted.length,
    notes: [
      `mean (worst seed): ${text(figure, counted)}; ε-greedy, the plain one: ${text(`greedy ${figure}`, counted)}`,
      `not judged, because settings were chosen on their kind: ${text(figure, tuned)}; ε-greedy: ${text(`greedy ${figure}`, tuned)}`,
    ],
  };
}

/** A row without a bar, for comparison. */
function baseline(name: string, worlds: readonly Losses[], figure: string): Result {
  const counted = worlds.filter(isJudged);
  const text = byKind(worlds, figure).map(([kind, average]) => `${kind} ${average.toFixed(1)}`);
  return {
    name: `routing: loss of ${name}`,
    unit: '%',
    ours: figures(valuesOf(counted, figure)),
    plain: null,
    bar: 'none, to compare with',
    met: true,
    n: counted.length,
    notes: [`mean: ${text.join(', ')}`],
  };
}
