import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RequestFeatures, RoutingWeights, TaskType } from '../../../contracts/routing.ts';
import { randomFrom } from '../../../domain/routing/chance/random.ts';
import { referenceUsd } from '../../../domain/routing/quote.ts';
import { weightsOf } from '../../../domain/routing/settings.ts';
import { utility } from '../../../domain/routing/utility.ts';
import type { Result } from '../../measure.ts';
import { figures } from '../../sample.ts';
import { greedy, ours, randomly, type Chooser } from './choosers.ts';
import { hindsight, lossPercent, play, worthOf } from './play.ts';
import { plainRequest, plainTarget, type World } from './world.ts';

interface Outcomes {
  models: string[];
  tasks: Record<string, string[]>;
}

const shuffles = 5;
/** What is known of the two models besides their answers; an answer to an exam question is short. */
const speeds = [
  { first: 0.4, speed: 80, price: { in: 0.6, out: 0.6 }, guess: 0.6 },
  { first: 0.9, speed: 30, price: { in: 10, out: 30 }, guess: 0.8 },
];
const sizes = { bytes: 1200, tokens: 60 };
const onQuality: RoutingWeights = {
  ...weightsOf['HIGH-PERF'],
  quality: 0.9,
  latency: 0.05,
  cost: 0.05,
};

/** Replays real answers of two models to exam questions, in orders of its own per seed. */
export function realOutcomes(): Result[] {
  const outcomes = JSON.parse(
    readFileSync(join(import.meta.dirname, 'outcomes/routing-outcomes.json'), 'utf8'),
  ) as Outcomes;
  return [
    replayed('weights .9/.05/.05', outcomes, onQuality),
    replayed('HIGH-PERF', outcomes, weightsOf['HIGH-PERF']),
  ];
}

function replayed(name: string, outcomes: Outcomes, weights: RoutingWeights): Result {
  const [mine, plain, chance, types]: number[][] = [[], [], [], []];
  let questions = 0;
  for (let seed = 1; seed <= shuffles; seed += 1) {
    const world = worldOf(outcomes, weights, seed);
    questions = world.requests.length;
    const { fixed, perType } = hindsight(world);
    const loss = (chooser: Chooser): number =>
      lossPercent(worthOf(world, play(world, chooser)), fixed);
    mine!.push(loss(ours(world, weights, seed, { breaker: false })));
    plain!.push(loss(greedy(world, seed)));
    chance!.push(loss(randomly(world, seed)));
    types!.push(lossPercent(perType, fixed));
  }
  const [a, b] = [figures(mine!), figures(plain!)];
  return {
    name: `routing: real answers of two models, ${name}`,
    unit: '%',
    ours: a,
    plain: b,
    difference: a.p50 - b.p50,
    bar: 'loss against the best fixed model below ε-greedy’s',
    met: a.p50 < b.p50,
    n: shuffles,
    notes: [
      `${questions.toLocaleString('en-US')} questions of ${Object.keys(outcomes.tasks).length} subjects, ${outcomes.models.join(' and ')}`,
      `random ${figures(chance!).p50.toFixed(1)} %, best per subject ${figures(types!).p50.toFixed(1)} %; latency and price per model are assumed`,
    ],
  };
}

/** Questions in a random order as a world; a subject stands in for a task type, which the learner only tells apart. */
function worldOf({ models, tasks }: Outcomes, weights: RoutingWeights, seed: number): World {
  const questions = Object.entries(tasks).flatMap(([subject, answers]) =>
    Array.from(answers[0]!, (_, at) => ({
      subject,
      right: answers.map((bits) => bits[at] === '1'),
    })),
  );
  shuffle(questions, seed);
  const n = questions.length;
  const fill = (values: (model: number) => number): Float64Array =>
    Float64Array.from({ length: n * models.length }, (_, row) => values(row % models.length));
  const right = (row: number): number =>
    Number(questions[Math.floor(row / models.length)]!.right[row % models.length]);
  const requests = questions.map(({ subject }) => requestOf(subject as TaskType));
  const reference = referenceUsd(requests[0]!, weights, sizes.tokens);
  const first = fill((model) => speeds[model]!.first);
  const stream = fill((model) => sizes.tokens / speeds[model]!.speed);
  const cost = speeds.map(
    ({ price }) => ((sizes.bytes / 4) * price.in + sizes.tokens * price.out) / 1e6 / reference,
  );
  const quality = Float64Array.from({ length: n * models.length }, (_, row) => right(row));
  return {
    targets: models.map((model, at) => ({
      ...plainTarget(`replay/${model}`),
      price: { ...speeds[at]!.price, cached: speeds[at]!.price.in },
      quality: speeds[at]!.guess,
      first_token_seconds: speeds[at]!.first,
      tokens_per_second: speeds[at]!.speed,
    })),
    requests,
    lengths: new Float64Array(n).fill(sizes.tokens),
    ok: new Uint8Array(n * models.length).fill(1),
    quality,
    first,
    stream,
    worth: quality.map((one, row) =>
      utility(weights, 1, one, first[row]! + stream[row]!, cost[row % models.length]!),
    ),
    faulty: 0,
    from: n,
    to: n,
  };
}

const requestOf = (subject: TaskType): RequestFeatures => plainRequest(subject, sizes.bytes);

/** Fisher and Yates. */
function shuffle(items: unknown[], seed: number): void {
  const random = randomFrom(seed * 104_729);
  for (let at = items.length - 1; at > 0; at -= 1) {
    const other = Math.floor(random() * (at + 1));
    [items[at], items[other]] = [items[other], items[at]];
  }
}
