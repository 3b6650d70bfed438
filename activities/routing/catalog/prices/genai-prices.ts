import { calcPrice, type Usage } from '@pydantic/genai-prices';
import type { PriceLookup } from './price-lookup.ts';

/** Our providers → its ids, where they differ. A provider that it does not know has no price there. */
const ids: Readonly<Record<string, string>> = {
  gemini: 'google',
  xai: 'x-ai',
  moonshot: 'moonshotai',
};
const priced = new Set([
  'openai',
  'anthropic',
  'gemini',
  'mistral',
  'cohere',
  'xai',
  'deepseek',
  'perplexity',
  'moonshot',
  'zai',
  'minimax',
  'groq',
  'together',
  'fireworks',
  'cerebras',
  'baseten',
  'novita',
  'openrouter',
  'azure',
  'ovhcloud',
]);

/**
 * USD for some tokens of a model at a time, with its tiers and hours; null if the package does not know the model. Takes some
 * 20 µs.
 *
 * @param usage of `input_tokens`, `cache_read_tokens` are a part
 * @param at epoch ms
 */
export function usdOf(provider: string, model: string, usage: Usage, at: number): number | null {
  if (!priced.has(provider)) return null;
  try {
    const options = { providerId: ids[provider] ?? provider, timestamp: new Date(at) };
    return calcPrice(usage, model, options)?.total_price ?? null;
  } catch {
    return null; // it throws for usage that cannot be, which a provider may well report
  }
}

/** Small enough for the first tier. */
const sample = 1000;
const perMillion = 1_000_000 / sample;

/** The price of a million tokens, as it is now and in the first tier. */
export const listPrice: PriceLookup = (provider, model, now) => {
  const usd = (usage: Usage): number | null => usdOf(provider, model, usage, now);
  const input = usd({ input_tokens: sample, output_tokens: 0 });
  const output = usd({ input_tokens: 0, output_tokens: sample });
  if (input === null || output === null || input + output === 0) return null;
  const cached = usd({ input_tokens: sample, cache_read_tokens: sample, output_tokens: 0 });
  const rounded = (amount: number): number => Number((amount * perMillion).toPrecision(6));
  return {
    price: { in: rounded(input), out: rounded(output), cached: rounded(cached ?? input) },
    day: null,
  };
};
