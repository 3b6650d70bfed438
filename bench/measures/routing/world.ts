import type {
  RequestFeatures,
  RoutingTarget,
  RoutingWeights,
  TaskType,
} from '../../../contracts/routing.ts';
import { drawNormal } from '../../../domain/routing/chance/draws.ts';
import { randomFrom, type Random } from '../../../domain/routing/chance/random.ts';
import { referenceUsd } from '../../../domain/routing/quote.ts';
import { utility } from '../../../domain/routing/utility.ts';
import type { Kind, Nature } from './kinds.ts';

/** What happens to the target that is the best one on the whole: nothing, wrong answers, or none. */
export type Fault = 'none' | 'quiet' | 'loud';

/**
 * Requests with the outcome of every target for each of them, all fixed by the seed before anyone chooses. A row of the
 * arrays is `request × targets + target`.
 */
export interface World {
  targets: readonly RoutingTarget[];
  requests: readonly RequestFeatures[];
  lengths: Float64Array;
  ok: Uint8Array;
  quality: Float64Array;
  first: Float64Array;
  stream: Float64Array;
  /** What an answer was worth; 0 if there was none. */
  worth: Float64Array;
  /** The target with the fault, and its first and last request but one. */
  faulty: number;
  from: number;
  to: number;
}

/** Makes a world of one kind: `n` requests, and a fault of the best target from the third on, for a third of them. */
export function makeWorld(
  kind: Kind,
  seed: number,
  n: number,
  weights: RoutingWeights,
  fault: Fault = 'none',
): World {
  const random = randomFrom(seed * 7919 + 13);
  const natures = kind.natures(random);
  const targets = natures.map((nature, at) => targetOf(kind, nature, at, random));
  const requests: RequestFeatures[] = [];
  const lengths = new Float64Array(n);
  for (let at = 0; at < n; at += 1) {
    const type = kind.types[Math.floor(random() ** kind.skew * kind.types.length)]!;
    lengths[at] = Math.round(kind.length(type) * Math.exp(0.5 * drawNormal(random))) + 1;
    requests.push(
      plainRequest(type, Math.round(kind.bytes(type) * Math.exp(kind.sizes * drawNormal(random)))),
    );
  }
  const faulty = best(natures, kind, weights);
  const [from, to] = [Math.floor(n / 3), Math.floor((2 * n) / 3)];
  const cells = n * targets.length;
  const world: World = {
    targets,
    requests,
    lengths,
    ok: new Uint8Array(cells),
    quality: new Float64Array(cells),
    first: new Float64Array(cells),
    stream: new Float64Array(cells),
    worth: new Float64Array(cells),
    faulty,
    from,
    to,
  };
  for (let at = 0; at < n; at += 1)
    for (let target = 0; target < targets.length; target += 1) {
      const hurt = target === faulty && at >= from && at < to ? fault : 'none';
      fillCell(world, natures[target]!, { at, target, hurt, weights, graded: kind.graded }, random);
    }
  return world;
}

/** Expected utility of a target for its usual request, over the types as they come. */
export function best(natures: readonly Nature[], kind: Kind, weights: RoutingWeights): number {
  const values = natures.map((nature) =>
    kind.types.reduce((sum, type) => {
      const length = kind.length(type);
      const reference = referenceUsd(plainRequest(type, kind.bytes(type)), weights, length);
      const cost = usd(nature, kind.bytes(type), length) / reference;
      const latency = nature.first + length / nature.speed;
      return sum + utility(weights, nature.ok, nature.quality[type] ?? 0.5, latency, cost);
    }, 0),
  );
  return values.indexOf(Math.max(...values));
}

interface Cell {
  at: number;
  target: number;
  hurt: Fault;
  weights: RoutingWeights;
  graded: boolean;
}

function fillCell(world: World, nature: Nature, cell: Cell, random: Random): void {
  const { at, target, hurt, weights, graded } = cell;
  const row = at * world.targets.length + target;
  const asked = world.requests[at]!;
  const length = world.lengths[at]!;
  // the same draws are used up whatever the fault is
  const [luck, skill] = [random(), random()];
  const [early, fast] = [drawNormal(random), drawNormal(random)];
  const level = (nature.quality[asked.type] ?? 0.5) * (hurt === 'quiet' ? 0.4 : 1);
  const ok = hurt !== 'loud' && luck < nature.ok;
  const quality = graded
    ? Math.min(1, Math.max(0, level + 0.3 * (skill - 0.5)))
    : Number(skill < level);
  const first = nature.first * Math.exp(nature.spread * early);
  const stream = length / (nature.speed * Math.exp(0.2 * fast));
  world.ok[row] = Number(ok);
  world.quality[row] = quality;
  world.first[row] = first;
  world.stream[row] = stream;
  const cost = usd(nature, asked.bytes_in, length) / referenceUsd(asked, weights, length);
  world.worth[row] = ok ? utility(weights, 1, quality, first + stream, cost) : 0;
}

const usd = ({ price }: Nature, bytes: number, length: number): number =>
  ((bytes / 4) * price.in + length * price.out) / 1e6;

/** A request without special needs. */
export const plainRequest = (type: TaskType, bytes: number): RequestFeatures => ({
  hash: '',
  type,
  bytes_in: bytes,
  extra_tokens: 0,
  max_output: null,
  needs: [],
  families: null,
  data: 'any',
  max_cost_usd: null,
  budget_left_usd: null,
  deadline_seconds: null,
  fallback: true,
  wake: 'never',
  named: null,
  warm: null,
});

/** A target with the guesses that an operator would write down: near the truth, or not. */
function targetOf(kind: Kind, nature: Nature, at: number, random: Random): RoutingTarget {
  const qualities = kind.types.map((type) => nature.quality[type] ?? 0.5);
  const mean = qualities.reduce((sum, one) => sum + one, 0) / qualities.length;
  const guess = { near: mean, none: 0.6, opposite: 1 - mean }[kind.guesses];
  const noise = kind.guesses === 'none' ? 0 : 0.1;
  return {
    ...plainTarget(`world/target-${at}`),
    price: { ...nature.price, cached: nature.price.in },
    quality: Math.min(0.95, Math.max(0.05, guess + noise * drawNormal(random))),
    first_token_seconds: nature.first * Math.exp(0.4 * drawNormal(random)),
    tokens_per_second: nature.speed * Math.exp(0.4 * drawNormal(random)),
  };
}

/** A target that can take every request. */
export const plainTarget = (id: string): RoutingTarget => ({
  id,
  family: 'openai',
  enabled: true,
  allowed: true,
  data: 'any',
  needs_key: false,
  keys: [],
  block: null,
  share: 1,
  can: ['tools', 'vision', 'json', 'audio', 'reasoning'],
  context: null,
  max_output: null,
  price: { in: 1, out: 4, cached: 0.1 },
  active: 0,
  concurrency: null,
  queue_seconds: 0,
  left: {
    requests: null,
    tokens: null,
    usd: null,
    most_tokens: null,
    most_usd: null,
    until_ms: null,
  },
  last_resort: false,
  quality: 0.6,
  first_token_seconds: 0.8,
  tokens_per_second: 60,
  sleep: null,
});
