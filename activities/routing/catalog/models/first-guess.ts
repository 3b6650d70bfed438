import type { TokenPrice } from '../../../../contracts/routing.ts';
import type { KnownProvider } from '../known/known-provider.ts';

/** Seconds and tokens per second before anything was measured. The learner soon knows better. */
export function speedGuess(known: KnownProvider | null, local: boolean) {
  if (local) return { first_token_seconds: 1, tokens_per_second: 25 };
  if (known?.fast === true) return { first_token_seconds: 0.4, tokens_per_second: 300 };
  if (known?.router === true) return { first_token_seconds: 1.2, tokens_per_second: 60 };
  return { first_token_seconds: 0.8, tokens_per_second: 70 };
}

const [least, most] = [0.4, 0.85];

/**
 * Quality from the price of output, 0.1 USD for a million tokens being 0.45 and each factor of ten 0.15 more: makers ask more
 * for what is better. 0.5 if it is unknown, or if the model is free.
 */
export function qualityGuess(price: TokenPrice | null): number {
  if (price === null || price.out <= 0) return 0.5;
  const guess = 0.45 + 0.15 * Math.log10(price.out / 0.1);
  return Math.round(Math.min(Math.max(guess, least), most) * 100) / 100;
}
