import type { RoutingTarget, RoutingWeights, TaskType } from '../../../contracts/routing.ts';
import { randomFrom, seedFor } from '../../../domain/routing/chance/random.ts';
import { decide } from '../../../domain/routing/decide.ts';
import {
  breakerAfter,
  breakerBlock,
  closedBreaker,
  probeStarted,
  shareOf,
} from '../../../domain/routing/failure/breaker.ts';
import { countDecision, noBeliefs } from '../../../domain/routing/learning/beliefs.ts';
import { learn } from '../../../domain/routing/learning/learn.ts';
import type { World } from './world.ts';

/** Chooses a target for each request in turn, and then sees the outcome of that target only. */
export interface Chooser {
  choose(request: number): number;
  learn(request: number, target: number): void;
}

/** Time between two requests. */
export const everyMs = 2000;

/** Ours: the decision with its learner, with or without the breaker of each target. */
export function ours(
  world: World,
  weights: RoutingWeights,
  seed: number,
  { breaker: withBreaker }: { breaker: boolean },
): Chooser {
  const beliefs = noBeliefs();
  const targets: RoutingTarget[] = [...world.targets];
  const breakers = targets.map(() => closedBreaker);
  const index = new Map(targets.map(({ id }, at) => [id, at]));
  const catalog = { version: 'world', targets };
  const refresh = (at: number, now: number): void => {
    const breaker = breakers[at]!;
    const { block, share } = targets[at]!;
    if (breaker.phase === 'closed' && block === null && share === 1) return;
    targets[at] = {
      ...world.targets[at]!,
      block: breakerBlock(breaker, now),
      share: shareOf(breaker),
    };
  };
  return {
    choose(at) {
      const now = at * everyMs;
      for (let one = 0; one < targets.length; one += 1) refresh(one, now);
      const request = world.requests[at]!;
      const record = decide(request, catalog, beliefs, weights, now, seedFor(seed, String(at)));
      countDecision(beliefs, request.type, record.explored);
      const target = index.get(record.chosen!)!;
      breakers[target] = probeStarted(breakers[target]!, now);
      return target;
    },
    learn(at, target) {
      const row = at * targets.length + target;
      const ok = world.ok[row] === 1;
      const stream = world.stream[row]!;
      if (withBreaker) breakers[target] = breakerAfter(breakers[target]!, ok, at * everyMs);
      learn(beliefs, {
        target: targets[target]!.id,
        request: world.requests[at]!,
        failure: ok ? null : 'failed',
        evidence: ok ? { feedback: world.quality[row]! } : {},
        first_token_seconds: ok ? world.first[row]! : null,
        stream_seconds: ok ? stream : null,
        tokens_out: ok ? world.lengths[at]! : null,
        reported_tokens_in: null,
      });
    },
  };
}

export function randomly(world: World, seed: number): Chooser {
  const random = randomFrom(seed);
  return { choose: () => Math.floor(random() * world.targets.length), learn: () => undefined };
}

const epsilon = 0.05;

/** ε-greedy on the mean worth per type, which knows nothing at first: untried targets come first. */
export function greedy(world: World, seed: number): Chooser {
  const random = randomFrom(seed);
  const n = world.targets.length;
  const seen = new Map<TaskType, { sum: Float64Array; count: Float64Array }>();
  const of = (at: number) => {
    const { type } = world.requests[at]!;
    const cell = seen.get(type) ?? { sum: new Float64Array(n), count: new Float64Array(n) };
    seen.set(type, cell);
    return cell;
  };
  return {
    choose(at) {
      if (random() < epsilon) return Math.floor(random() * n);
      const { sum, count } = of(at);
      let [choice, most] = [0, -1];
      for (let one = 0; one < n; one += 1) {
        const mean = count[one] === 0 ? Infinity : sum[one]! / count[one]!;
        if (mean > most) [choice, most] = [one, mean];
      }
      return choice;
    },
    learn(at, target) {
      const { sum, count } = of(at);
      sum[target]! += world.worth[at * n + target]!;
      count[target]! += 1;
    },
  };
}
