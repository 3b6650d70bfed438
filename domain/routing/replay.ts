import type { DecisionInputs, DecisionRecord } from '../../contracts/routing-decision.ts';
import { randomFrom } from './chance/random.ts';
import { choose } from './choose.ts';
import { decideFrom } from './decide.ts';

const redraws = 200;

/** Decides again from the inputs of a record. Equal to the record, bit for bit, also as JSON. */
export const replay = (record: DecisionRecord): DecisionRecord => decideFrom(inputsIn(record));

const inputsIn = (record: DecisionRecord): DecisionInputs => ({
  version: record.version,
  at_ms: record.at_ms,
  seed: record.seed,
  catalog: record.catalog,
  request: record.request,
  weights: record.weights,
  tokens_out: record.tokens_out,
  reference_usd: record.reference_usd,
  explore_tokens: record.explore_tokens,
  candidates: record.candidates,
  held_back: record.held_back,
  excluded: record.excluded,
});

/**
 * How probable the choice of a record was: the share of 200 other seeds that give the same one. For estimates of what
 * another rule would have been worth. Null if nothing was chosen.
 */
export function choiceProbability(record: DecisionRecord): number | null {
  if (record.chosen === null) return null;
  const seeds = randomFrom(record.seed);
  let same = 0;
  for (let n = 0; n < redraws; n += 1) {
    const { chosen } = choose(record, Math.floor(seeds() * 0x1_0000_0000));
    if (chosen !== null && record.candidates.id[chosen] === record.chosen) same += 1;
  }
  return same / redraws;
}
