import type { Chooser } from './choosers.ts';
import type { World } from './world.ts';

/** What a chooser got, and which targets it chose. */
export interface Played {
  choices: Uint16Array;
}

/** Plays all requests of a world in turn. */
export function play(world: World, chooser: Chooser): Played {
  const choices = new Uint16Array(world.requests.length);
  for (let at = 0; at < choices.length; at += 1) {
    const target = chooser.choose(at);
    choices[at] = target;
    chooser.learn(at, target);
  }
  return { choices };
}

/** The sum of what was got for the requests from `from` to before `to`. */
export function worthOf(world: World, { choices }: Played, from = 0, to = choices.length): number {
  let sum = 0;
  for (let at = from; at < to; at += 1)
    sum += world.worth[at * world.targets.length + choices[at]!]!;
  return sum;
}

/** The best fixed target, and the best for each type, in hindsight over the same requests. */
export function hindsight(
  world: World,
  from = 0,
  to = world.requests.length,
): { fixed: number; perType: number } {
  const n = world.targets.length;
  const sums = new Map<string, Float64Array>();
  for (let at = from; at < to; at += 1) {
    const { type } = world.requests[at]!;
    const sum = sums.get(type) ?? new Float64Array(n);
    sums.set(type, sum);
    for (let target = 0; target < n; target += 1) sum[target]! += world.worth[at * n + target]!;
  }
  const all = new Float64Array(n);
  let perType = 0;
  for (const sum of sums.values()) {
    perType += Math.max(...sum);
    for (let target = 0; target < n; target += 1) all[target]! += sum[target]!;
  }
  return { fixed: Math.max(...all), perType };
}

/** Loss against something better, in percent; negative if it is better than that. */
export const lossPercent = (got: number, better: number): number => (100 * (better - got)) / better;
