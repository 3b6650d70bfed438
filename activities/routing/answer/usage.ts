import type { JsonObject } from '../wire/wire.ts';

/** Tokens that a provider counted. */
export interface Usage {
  tokens_in: number;
  tokens_out: number;
  /** Of `tokens_in`, those that its cache had. */
  cached: number;
  /** Of `tokens_in`, those that were written into its cache. */
  cache_write: number;
}

const count = (value: unknown): number =>
  typeof value === 'number' && Number.isFinite(value) && value > 0 ? value : 0;

/** Reads `usage` in the form of OpenAI; null if it is not there or says nothing. */
export function usageOf(value: unknown): Usage | null {
  if (typeof value !== 'object' || value === null) return null;
  const usage = value as JsonObject;
  const tokens_in = count(usage['prompt_tokens']);
  const tokens_out = count(usage['completion_tokens']);
  if (tokens_in + tokens_out === 0) return null;
  const details = usage['prompt_tokens_details'] as JsonObject | null | undefined;
  const cached = Math.min(tokens_in, count(details?.['cached_tokens']));
  const cache_write = Math.min(tokens_in - cached, count(details?.['cache_write_tokens']));
  return { tokens_in, tokens_out, cached, cache_write };
}
