import type { RequestFeatures, RoutingTarget, TaskType } from '../../../contracts/routing.ts';
import type { RoutingBeliefs } from '../../../contracts/routing-beliefs.ts';
import { forgetting, priors } from '../settings.ts';
import { logEstimate } from './cells.ts';

/**
 * Bytes of UTF-8 for one token: the fewest that were measured (JSON), for what must fit; the usual, for what it costs.
 * Exact counters take up to 60 ms for a KB.
 */
const bytesPerToken = { fit: 2.5, cost: 4 };
/** Above this weight of outcomes, the learned ratio replaces the careful one, with this margin. */
const known = { n: 7, margin: 1.25 };
/** A target that counted fewer prompt tokens than this part of the estimate did not read all of it. */
const truncatedBelow = { share: 0.6, leastTokens: 1000 };

export interface TokenEstimate {
  /** For what must fit into a context: rather too many. */
  fit: number;
  /** For what it costs: the expected number. */
  cost: number;
}

type Sizes = Pick<RequestFeatures, 'type' | 'bytes_in' | 'extra_tokens'>;

/** Prompt tokens of a request at one target, corrected by what that target counted before. */
export function estimateTokens(
  beliefs: RoutingBeliefs,
  target: Pick<RoutingTarget, 'id'>,
  { type, bytes_in, extra_tokens }: Sizes,
): TokenEstimate {
  const plain = bytes_in / bytesPerToken.cost;
  const { n, ratio } = ratioBelief(beliefs, target.id, type);
  const cost = plain * ratio;
  const careful = Math.max(bytes_in / bytesPerToken.fit, cost);
  return {
    fit: Math.ceil(n < known.n ? careful : cost * known.margin) + extra_tokens,
    cost: cost + extra_tokens,
  };
}

function ratioBelief(
  beliefs: RoutingBeliefs,
  id: string,
  type: TaskType,
): { n: number; ratio: number } {
  const cell = beliefs.token_ratio[id]?.[type];
  if (cell === undefined) return { n: 0, ratio: 1 };
  const round = beliefs.rounds[type] ?? 0;
  const { n, mean } = logEstimate(cell, priors.tokenRatio, round, forgetting.time);
  return { n, ratio: Math.exp(mean) };
}

/** What a count of prompt tokens by a target says of the estimate: its ratio to bytes/4, without what is no text. */
export const tokenRatio = (reported: number, { bytes_in, extra_tokens }: Sizes): number =>
  Math.max(reported - extra_tokens, 1) / Math.max(bytes_in / bytesPerToken.cost, 1);

/** True if a target counted so few prompt tokens that it must have dropped a part, as servers with a small context do. */
export function wasTruncated(
  beliefs: RoutingBeliefs,
  target: Pick<RoutingTarget, 'id'>,
  sizes: Sizes,
  reported: number,
): boolean {
  const { cost } = estimateTokens(beliefs, target, sizes);
  return cost >= truncatedBelow.leastTokens && reported < cost * truncatedBelow.share;
}
