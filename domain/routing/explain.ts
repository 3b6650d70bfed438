import type { DecisionExplanation, DecisionRecord } from '../../contracts/routing-decision.ts';
import { choose } from './choose.ts';
import { choiceProbability } from './replay.ts';
import { priors } from './settings.ts';
import { partsOf } from './why.ts';

/** Explains a stored decision in words and numbers. It draws 200 times, so it is not for the way of a request. */
export function explain(record: DecisionRecord): DecisionExplanation {
  const { candidates, excluded, chosen, explored, why } = record;
  const { means } = choose(record);
  const order = candidates.id.map((_, row) => row).filter((row) => candidates.id[row] === chosen);
  return {
    chosen,
    why,
    explored,
    probability: choiceProbability(record),
    targets: [...order, ...record.fallbacks].map((row, at) => {
      const { ok, quality, latency, cost } = partsOf(record, row);
      const known = candidates.quality_yes[row]! + candidates.quality_no[row]!;
      return {
        id: candidates.id[row]!,
        rank: at + 1,
        utility: means[row]!,
        success: ok,
        quality,
        latency_seconds: latency,
        cost_usd: cost,
        outcomes: Math.max(0, known - priors.quality.n),
      };
    }),
    excluded,
  };
}
