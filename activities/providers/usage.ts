import type { Tokens } from './outcome.ts';

/** What all attempts of one call used. */
export interface Usage extends Tokens {
  attempts: number;
  /** USD, where the answer says it; null if none does. */
  usd: number | null;
  /** Estimated tokens of the current attempt: if it breaks or is late, the provider reports none but bills it. */
  estimate: Tokens;
  /** Whether part of the answer was passed on. */
  passed_on: boolean;
}

export const none: Tokens = { in: 0, out: 0 };
export const noUsage = (): Usage => ({
  attempts: 0,
  in: 0,
  out: 0,
  usd: null,
  estimate: none,
  passed_on: false,
});
export const aboutTokens = (characters: number): number => Math.ceil(characters / 4);

/** Adds the tokens that the provider reported for an attempt, or the estimate if it reported none. */
export function count(used: Usage, reported: Tokens): void {
  const { in: read, out } = reported.in + reported.out === 0 ? used.estimate : reported;
  used.in += read;
  used.out += out;
  used.estimate = none;
}
