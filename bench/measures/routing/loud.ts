import { weightsOf } from '../../../domain/routing/settings.ts';
import type { Result } from '../../measure.ts';
import { figures } from '../../sample.ts';
import { everyMs, ours } from './choosers.ts';
import { judged } from './kinds.ts';
import { play } from './play.ts';
import { makeWorld } from './world.ts';

const requests = 6000;
/** The breaker opens for at least so long after the third failure. */
const openMs = 30_000;
const most = 3;

/** How many requests a target gets from its first failure until its breaker lets the first probe through. */
export function loud(seeds: number): Result {
  const got: number[] = [];
  for (const kind of judged)
    for (let seed = 1; seed <= seeds; seed += 1) {
      const world = makeWorld(kind, seed, requests, weightsOf.BALANCED, 'loud');
      const { choices } = play(world, ours(world, weightsOf.BALANCED, seed, { breaker: true }));
      const chosen = [...choices.keys()].filter(
        (at) => choices[at] === world.faulty && at >= world.from && at < world.to,
      );
      const third = chosen[most - 1];
      const until = third === undefined ? world.to : third + openMs / everyMs;
      got.push(chosen.filter((at) => at < until).length);
    }
  return {
    name: 'routing: requests to a target that fails loudly, before a probe',
    unit: 'requests',
    ours: figures(got),
    plain: null,
    bar: `the 4th goes elsewhere: ≤ ${most}`,
    met: Math.max(...got) <= most,
    n: got.length,
    notes: [`at most ${Math.max(...got)}; one request every ${everyMs / 1000} s`],
  };
}
