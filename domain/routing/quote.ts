import type {
  RequestFeatures,
  RoutingTarget,
  RoutingWeights,
  SleepFacts,
} from '../../contracts/routing.ts';
import type { RoutingBeliefs } from '../../contracts/routing-beliefs.ts';
import { firstTokenBelief, speedBelief } from './learning/beliefs.ts';
import { estimateTokens } from './learning/tokens.ts';
import { unknownPriceFactor } from './settings.ts';
import { windowSeconds } from './window-seconds.ts';

/** What one request would take at one target. Times are seconds, money is USD. */
export interface Quote {
  /** Prompt tokens, rather too many. */
  fit: number;
  /** ln of the seconds of an answer: its mean, the standard error of that, and the spread of single answers. */
  answer_log: number;
  answer_error: number;
  answer_p50: number;
  answer_p90: number;
  /** Of prompt and answer, with the longest answer that was asked for: what is reserved. */
  worst_tokens: number;
  /** Null if its price is unknown. */
  cost: number | null;
  /** With the longest answer that was asked for: what is reserved. Null if its price is unknown. */
  worst_cost: number | null;
  wake: WakeQuote;
}

export interface WakeQuote {
  /** Seconds until its service is ready (p50 and p90); 0 if it is. */
  p50: number;
  p90: number;
  /** The part that this request bears: of the wait, and of the price of the window. */
  wait: number;
  usd: number;
  ok: number;
}

const p90 = 1.2816;
const awake: WakeQuote = { p50: 0, p90: 0, wait: 0, usd: 0, ok: 1 };
/** A wake that takes longer than usual is expected to take at least this part of its usual time more. */
const leastRest = 0.2;

/** Estimates what `request` takes at `target`, if the answer has `tokensOut` tokens. */
export function quote(
  target: RoutingTarget,
  request: RequestFeatures,
  beliefs: RoutingBeliefs,
  tokensOut: number,
): Quote {
  const tokens = estimateTokens(beliefs, target, request);
  const first = firstTokenBelief(beliefs, target);
  const speed = speedBelief(beliefs, target);
  const firstSeconds = Math.exp(first.mean);
  const streamSeconds = tokensOut / Math.exp(speed.mean);
  const answer = firstSeconds + streamSeconds;
  // of a sum of two, to first order
  const [a, b] = [firstSeconds / answer, streamSeconds / answer];
  const spread = Math.sqrt((a * first.spread) ** 2 + (b * speed.spread) ** 2);
  const answerP90 = answer * Math.exp(p90 * spread);
  const { price } = target;
  const { choices = 1 } = request;
  const longest = (request.max_output ?? tokensOut) * choices;
  return {
    fit: tokens.fit,
    answer_log: Math.log(answer),
    answer_error: Math.sqrt((a * first.error) ** 2 + (b * speed.error) ** 2),
    answer_p50: answer,
    answer_p90: answerP90,
    worst_tokens: Math.ceil(tokens.fit + longest),
    cost:
      price === null
        ? null
        : usd(price, tokens.cost, tokensOut * choices, warmTokens(target, request)),
    worst_cost: price === null ? null : usd(price, tokens.fit, longest, 0),
    wake: target.sleep === null ? awake : wakeQuote(target.sleep, answerP90, target.concurrency),
  };
}

/** Prompt tokens of the request that the target still has in its cache: elsewhere they have to be paid in full. */
const warmTokens = ({ id }: RoutingTarget, { warm }: RequestFeatures): number =>
  warm !== null && warm.target === id ? warm.tokens : 0;

function usd(
  price: NonNullable<RoutingTarget['price']>,
  tokensIn: number,
  tokensOut: number,
  warm: number,
): number {
  const cached = Math.min(warm, tokensIn);
  const micro = (tokensIn - cached) * price.in + cached * price.cached + tokensOut * price.out;
  return micro / 1e6;
}

/**
 * A window serves all requests until it ends, so its price and the wait for it are shared among those that the rate of the
 * last quarter of an hour lets expect; at least this one and those that wait already. What already wakes costs nothing more, and is waited for in full.
 */
function wakeQuote(sleep: SleepFacts, answerP90: number, concurrency: number | null): WakeQuote {
  const { state, wake_p50_seconds: p50, wake_p90_seconds: late, wake_ok: ok } = sleep;
  if (state === 'awake' || state === 'held') return awake;
  if (state === 'waking') {
    const rest = Math.max(p50 - sleep.waking_seconds, leastRest * p50);
    return { p50: rest, p90: Math.max(late - sleep.waking_seconds, rest), wait: rest, usd: 0, ok };
  }
  const minutes = windowSeconds(sleep, answerP90, concurrency) / 60;
  const sharers = Math.max(sleep.ahead + 1, sleep.requests_per_minute * minutes);
  return {
    p50,
    p90: late,
    wait: p50 / sharers,
    usd: (minutes * sleep.usd_per_minute) / sharers,
    ok,
  };
}

/** What the request would cost at the price of its mode: the cost that counts half. */
export const referenceUsd = (
  { bytes_in, extra_tokens }: RequestFeatures,
  { price }: RoutingWeights,
  tokensOut: number,
): number => ((bytes_in / 4 + extra_tokens) * price.in + tokensOut * price.out) / 1e6;

/** The cost that counts for a choice: an unknown price is dear, never free. */
export const costOf = ({ cost, wake }: Quote, reference: number): number =>
  (cost ?? unknownPriceFactor * reference) + wake.usd;
