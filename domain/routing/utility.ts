import type { RoutingWeights } from '../../contracts/routing.ts';

/**
 * What an answer is worth: 0 to the sum of the weights. Latency and cost count half at the scales of the mode, so that
 * beyond them a slow and a slower target still differ.
 *
 * @param ok chance of an answer, 0 to 1
 * @param quality 0 to 1
 * @param latency seconds
 * @param cost ÷ the cost at the price of the mode
 */
export const utility = (
  { quality: wq, latency: wl, cost: wc, latency_seconds }: RoutingWeights,
  ok: number,
  quality: number,
  latency: number,
  cost: number,
): number => ok * (wq * quality + wl / (1 + latency / latency_seconds) + wc / (1 + cost));
