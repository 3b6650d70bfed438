import type { DecisionInputs } from '../../contracts/routing-decision.ts';
import { drawBeta, drawNormal } from './chance/draws.ts';
import { randomFrom, seedFor } from './chance/random.ts';
import { criticalWakeMargin, exploring } from './settings.ts';
import { utility } from './utility.ts';

export interface Choice {
  /** Row of the chosen target; null if there is none. */
  chosen: number | null;
  explored: boolean;
  /** Rows to try after it, best first. */
  fallbacks: number[];
  /** Utility at the mean of the beliefs, and at one draw from them, per row. */
  means: number[];
  draws: number[];
}

/**
 * Rounds to 1e-9 before utilities are compared, because logarithms may differ in the last bit between engines. Adding 0
 * makes −0 to 0, which JSON cannot tell apart.
 */
const rounded = (value: number): number => Math.round(value * 1e9) / 1e9 + 0;

/** Chooses among the rows of `inputs`, and orders the rest. It depends on `inputs` alone. */
export function choose(inputs: DecisionInputs, seed = inputs.seed): Choice {
  const means = meansOf(inputs);
  const draws = drawsOf(inputs, seed);
  const held = new Set(inputs.held_back);
  const every = means.map((_, row) => row);
  const free = every.filter((row) => !held.has(row));
  const among = free.length > 0 ? free : every;
  const { chosen, explored } = among.length === 0 ? none : pick(inputs, among, means, draws);
  const rest = inputs.request.fallback ? every.filter((row) => row !== chosen) : [];
  rest.sort(
    (one, other) =>
      Number(held.has(one)) - Number(held.has(other)) || means[other]! - means[one]! || one - other,
  );
  return { chosen, explored, fallbacks: rest, means, draws };
}

const none = { chosen: null, explored: false };

const latencyAt = ({ candidates }: DecisionInputs, row: number, log: number): number =>
  candidates.wait[row]! + Math.exp(log);

/** The cost of a row as a part of the reference; without a reference, what is free counts 0 and all else 1. */
const relativeCost = ({ candidates, reference_usd: reference }: DecisionInputs, row: number) =>
  reference > 0 ? candidates.cost[row]! / reference : Math.sign(candidates.cost[row]!);

function meansOf(inputs: DecisionInputs): number[] {
  const { ok_yes, ok_no, quality_yes, quality_no, answer_log } = inputs.candidates;
  return ok_yes.map((yes, row) => {
    const ok = yes / (yes + ok_no[row]!);
    const quality = quality_yes[row]! / (quality_yes[row]! + quality_no[row]!);
    const latency = latencyAt(inputs, row, answer_log[row]!);
    return rounded(utility(inputs.weights, ok, quality, latency, relativeCost(inputs, row)));
  });
}

function drawsOf(inputs: DecisionInputs, seed: number): number[] {
  const { id, ok_yes, ok_no, quality_yes, quality_no, answer_log, answer_error } =
    inputs.candidates;
  return ok_yes.map((yes, row) => {
    const random = randomFrom(seedFor(seed, id[row]!));
    const ok = drawBeta(random, yes, ok_no[row]!);
    const quality = drawBeta(random, quality_yes[row]!, quality_no[row]!);
    const log = answer_log[row]! + answer_error[row]! * drawNormal(random);
    const latency = latencyAt(inputs, row, log);
    return rounded(utility(inputs.weights, ok, quality, latency, relativeCost(inputs, row)));
  });
}

/** The best of `rows`; the first of equal ones. */
const bestOf = (rows: readonly number[], values: readonly number[]): number =>
  rows.reduce((best, row) => (values[row]! > values[best]! ? row : best), rows[0]!);

function pick(
  inputs: DecisionInputs,
  rows: readonly number[],
  means: readonly number[],
  draws: readonly number[],
): { chosen: number; explored: boolean } {
  const { to_wake } = inputs.candidates;
  const best = bestMean(inputs, rows, means);
  if (inputs.weights.mode === 'CRITICAL') return { chosen: best, explored: false };
  // only the best mean is worth a wake
  const ready = rows.filter((row) => row === best || to_wake[row] === 0);
  const sampled = bestOf(ready, draws);
  const near = (row: number): boolean => means[row]! >= means[best]! - exploring.near;
  if (near(sampled)) return { chosen: sampled, explored: false };
  if (mayExplore(inputs, sampled, best)) return { chosen: sampled, explored: true };
  return { chosen: bestOf(ready.filter(near), draws), explored: false };
}

/** The best by mean; a critical request wakes nothing if something awake is nearly as good. */
function bestMean(
  { candidates: { to_wake }, weights }: DecisionInputs,
  rows: readonly number[],
  means: readonly number[],
): number {
  const best = bestOf(rows, means);
  if (weights.mode !== 'CRITICAL' || to_wake[best] === 0) return best;
  const ready = rows.filter((row) => to_wake[row] === 0);
  if (ready.length === 0) return best;
  const awake = bestOf(ready, means);
  return means[awake]! >= means[best]! - criticalWakeMargin ? awake : best;
}

function mayExplore(inputs: DecisionInputs, row: number, best: number): boolean {
  const { request, candidates, explore_tokens, reference_usd } = inputs;
  const { cost, wait, answer_p90 } = candidates;
  const { deadline_seconds: deadline } = request;
  const most = Math.max(exploring.costFactor * cost[best]!, reference_usd);
  return (
    explore_tokens >= 1 &&
    request.fallback &&
    cost[row]! <= most &&
    (deadline === null || deadline >= exploring.deadlineFactor * (wait[row]! + answer_p90[row]!))
  );
}
