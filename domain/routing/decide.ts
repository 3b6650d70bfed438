import type {
  RequestFeatures,
  RoutingCatalog,
  RoutingTarget,
  RoutingWeights,
} from '../../contracts/routing.ts';
import type { RoutingBeliefs } from '../../contracts/routing-beliefs.ts';
import type {
  CandidateColumns,
  DecisionInputs,
  DecisionRecord,
  ExcludedTarget,
} from '../../contracts/routing-decision.ts';
import { randomFrom, seedFor } from './chance/random.ts';
import { choose, type Choice } from './choose.ts';
import { filter, type Filtered } from './filter.ts';
import { lengthBelief, okBelief, qualityBelief } from './learning/beliefs.ts';
import { noTargetFor } from './no-target.ts';
import { costOf, quote, referenceUsd, type Quote } from './quote.ts';
import { why } from './why.ts';

/** Records keep what was used in so many digits: enough for a choice, and short as JSON. */
const toThousandths = (value: number): number => Math.round(value * 1e3) / 1e3 + 0;
const toNanos = (value: number): number => Math.round(value * 1e9) / 1e9 + 0;
const shown = 5;

/**
 * Decides which target answers a request, and which are tried after it.
 *
 * @param now milliseconds since 1970
 * @param seed a whole number of 32 bits; the same one with the same other arguments gives the same record
 */
export function decide(
  request: RequestFeatures,
  catalog: RoutingCatalog,
  beliefs: RoutingBeliefs,
  weights: RoutingWeights,
  now: number,
  seed: number,
): DecisionRecord {
  return decideFrom(inputsOf(request, catalog, beliefs, weights, now, seed));
}

/** Makes the choice for inputs that are known, such as those of a stored record. */
export function decideFrom(inputs: DecisionInputs): DecisionRecord {
  const choice = choose(inputs);
  const { chosen, explored, fallbacks } = choice;
  return {
    ...inputs,
    chosen: chosen === null ? null : inputs.candidates.id[chosen]!,
    none: chosen === null ? noTargetFor(inputs) : null,
    explored,
    fallbacks,
    first: firstOf(inputs, choice),
    why: why(inputs, choice),
  };
}

function firstOf(
  { candidates }: DecisionInputs,
  { means, draws }: Choice,
): DecisionRecord['first'] {
  const rows = means.map((_, row) => row);
  rows.sort((one, other) => means[other]! - means[one]! || one - other);
  return rows
    .slice(0, shown)
    .map((row) => ({ id: candidates.id[row]!, mean: means[row]!, draw: draws[row]! }));
}

function inputsOf(
  request: RequestFeatures,
  { version, targets }: RoutingCatalog,
  beliefs: RoutingBeliefs,
  weights: RoutingWeights,
  now: number,
  seed: number,
): DecisionInputs {
  const usual = toThousandths(lengthBelief(beliefs, request.type));
  const tokensOut = Math.min(usual, request.max_output ?? usual);
  const reference = toNanos(referenceUsd(request, weights, tokensOut));
  const candidates = noColumns();
  const excluded: ExcludedTarget[] = [];
  const held: number[] = [];
  for (const target of targets) {
    const offer = quote(target, request, beliefs, tokensOut);
    const filtered = filter(target, request, offer, now);
    if (filtered.reasons.length > 0) excluded.push(excludedAs(target, filtered, offer));
    else {
      if (isHeldBack(target, seed)) held.push(candidates.id.length);
      addRow(candidates, target, request, beliefs, offer, reference);
    }
  }
  return {
    version: 1,
    at_ms: now,
    seed: seed >>> 0,
    catalog: version,
    request,
    weights,
    tokens_out: tokensOut,
    reference_usd: reference,
    explore_tokens: toThousandths(beliefs.explore_tokens),
    candidates,
    held_back: held,
    excluded,
  };
}

/** A last resort, or a target whose breaker closes and lets only a share of the traffic through. */
const isHeldBack = ({ id, last_resort, share }: RoutingTarget, seed: number): boolean =>
  last_resort || (share < 1 && randomFrom(seedFor(seed, `share:${id}`))() >= share);

const noColumns = (): CandidateColumns => ({
  id: [],
  ok_yes: [],
  ok_no: [],
  quality_yes: [],
  quality_no: [],
  answer_log: [],
  answer_error: [],
  answer_p90: [],
  wait: [],
  cost: [],
  to_wake: [],
});

function addRow(
  columns: CandidateColumns,
  target: RoutingTarget,
  { type }: RequestFeatures,
  beliefs: RoutingBeliefs,
  offer: Quote,
  reference: number,
): void {
  const ok = okBelief(beliefs, target.id);
  const quality = qualityBelief(beliefs, target, type);
  // a wake that fails is a try that fails
  const works = offer.wake.ok;
  columns.id.push(target.id);
  columns.ok_yes.push(toThousandths(ok.yes * works));
  columns.ok_no.push(toThousandths(ok.no + ok.yes * (1 - works)));
  columns.quality_yes.push(toThousandths(quality.yes));
  columns.quality_no.push(toThousandths(quality.no));
  columns.answer_log.push(toThousandths(offer.answer_log));
  columns.answer_error.push(toThousandths(offer.answer_error));
  columns.answer_p90.push(toThousandths(offer.answer_p90));
  columns.wait.push(toThousandths(target.queue_seconds + offer.wake.wait));
  columns.cost.push(toNanos(costOf(offer, reference)));
  columns.to_wake.push(toThousandths(offer.wake.p50));
}

const excludedAs = (
  { id }: RoutingTarget,
  { reasons, until_ms }: Filtered,
  { answer_p50, wake }: Quote,
): ExcludedTarget => ({
  id,
  reasons,
  until_ms,
  answer_seconds: until_ms === null ? null : toThousandths(answer_p50),
  wake_seconds: wake.p90 > 0 ? toThousandths(wake.p90) : null,
});
