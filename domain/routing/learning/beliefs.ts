import type { RoutingTarget, TaskType } from '../../../contracts/routing.ts';
import type { RoutingBeliefs } from '../../../contracts/routing-beliefs.ts';
import { exploring, forgetting, priors } from '../settings.ts';
import { keptCount, logEstimate } from './cells.ts';

/** What is believed before the first decision. */
export const noBeliefs = (): RoutingBeliefs => ({
  round: 0,
  rounds: {},
  explore_tokens: exploring.atFirst,
  ok: {},
  quality: {},
  first_token: {},
  speed: {},
  length: {},
  token_ratio: {},
});

/** Beta of “it answers”. */
export function okBelief(beliefs: RoutingBeliefs, id: string): { yes: number; no: number } {
  const cell = beliefs.ok[id];
  if (cell === undefined) return priors.ok;
  const kept = keptCount(cell, beliefs.round, forgetting.ok);
  return { yes: priors.ok.yes + cell.yes * kept, no: priors.ok.no + cell.no * kept };
}

/**
 * Beta of the quality of a target's answers to one task type. Its prior mean moves from the first guess to what the
 * target's other types saw, the more of that there is.
 */
export function qualityBelief(
  beliefs: RoutingBeliefs,
  target: Pick<RoutingTarget, 'id' | 'quality'>,
  type: TaskType,
): { yes: number; no: number } {
  let [yes, no, others, good] = [0, 0, 0, 0];
  const cells = beliefs.quality[target.id];
  if (cells !== undefined)
    for (const other in cells) {
      const cell = cells[other as TaskType]!;
      const kept = keptCount(cell, beliefs.rounds[other as TaskType] ?? 0, forgetting.quality);
      if (other === type) {
        yes = cell.yes * kept;
        no = cell.no * kept;
      } else {
        others += (cell.yes + cell.no) * kept;
        good += cell.yes * kept;
      }
    }
  const share = Math.min(1, others / priors.quality.fullWeight);
  const guess =
    others === 0 ? target.quality : target.quality + share * (good / others - target.quality);
  const mean = Math.min(0.98, Math.max(0.02, guess));
  const n = priors.quality.n + share * (priors.quality.nOfOthers - priors.quality.n);
  return { yes: yes + n * mean, no: no + n * (1 - mean) };
}

/** A duration or a rate: mean of its logarithm, standard error of that mean, and spread of single values. */
export interface LogBelief {
  mean: number;
  error: number;
  spread: number;
}

/** Seconds to the first token. */
export const firstTokenBelief = (
  beliefs: RoutingBeliefs,
  target: Pick<RoutingTarget, 'id' | 'first_token_seconds'>,
): LogBelief =>
  timeBelief(beliefs.first_token[target.id], target.first_token_seconds, beliefs.round);

/** Tokens per second after the first one, so that a long answer does not make a target look slow. */
export const speedBelief = (
  beliefs: RoutingBeliefs,
  target: Pick<RoutingTarget, 'id' | 'tokens_per_second'>,
): LogBelief => timeBelief(beliefs.speed[target.id], target.tokens_per_second, beliefs.round);

function timeBelief(
  cell: RoutingBeliefs['speed'][string] | undefined,
  guess: number,
  round: number,
): LogBelief {
  const prior = { ...priors.time, mean: Math.log(guess) };
  const { n, mean, variance } = logEstimate(cell, prior, round, forgetting.time);
  return { mean, error: Math.sqrt(variance / n), spread: Math.sqrt(variance) };
}

/** Tokens that an answer to this type usually has. */
export const lengthBelief = (beliefs: RoutingBeliefs, type: TaskType): number =>
  Math.exp(
    logEstimate(beliefs.length[type], priors.length, beliefs.rounds[type] ?? 0, forgetting.time)
      .mean,
  );

/** Counts a decision: rounds pass, and the right to explore is used up or saved. Changes `beliefs` in place. */
export function countDecision(beliefs: RoutingBeliefs, type: TaskType, explored: boolean): void {
  beliefs.round += 1;
  beliefs.rounds[type] = (beliefs.rounds[type] ?? 0) + 1;
  const most = Math.max(exploring.bucket, beliefs.explore_tokens);
  const saved = Math.min(most, beliefs.explore_tokens + exploring.share);
  beliefs.explore_tokens = explored ? Math.max(0, saved - 1) : saved;
}
