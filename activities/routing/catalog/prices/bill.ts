import type { TokenPrice } from '../../../../contracts/routing.ts';
import type { CatalogModel } from '../catalog.ts';
import { usdOf } from './genai-prices.ts';

/** What a provider counted. `in` includes `cached` and `cache_write`. */
export interface BilledUsage {
  in: number;
  out: number;
  cached: number;
  /** Tokens written into the provider's cache, which some charge more for. */
  cache_write: number;
}

export interface Bill {
  /** Null: the price is unknown, which is not 0. */
  usd: number | null;
  from: 'file' | 'genai-prices' | 'catalog' | null;
}

/**
 * What an answer cost, off the path of requests. The operator's price wins; then genai-prices with its tiers, its hours and the price
 * of writing a cache; then the catalog's numbers.
 *
 * @param usage negative or impossible counts are cut to what can be
 * @param at epoch ms of the request
 */
export function billOf(
  {
    target,
    provider,
    model,
    sources,
  }: Pick<CatalogModel, 'target' | 'provider' | 'model' | 'sources'>,
  usage: BilledUsage,
  at: number,
): Bill {
  const counted = possible(usage);
  const { price } = target;
  if (price !== null && sources.price?.from === 'file')
    return { usd: usdAt(price, counted), from: 'file' };
  const usd = usdOf(
    provider,
    model,
    {
      input_tokens: counted.in,
      cache_read_tokens: counted.cached,
      cache_write_tokens: counted.cache_write,
      output_tokens: counted.out,
    },
    at,
  );
  // 0 is what it says of a price that it does not know, too
  if (usd !== null && usd > 0) return { usd, from: 'genai-prices' };
  return price === null
    ? { usd: null, from: null }
    : { usd: usdAt(price, counted), from: 'catalog' };
}

function possible(usage: BilledUsage): BilledUsage {
  const count = (value: number): number => (Number.isFinite(value) ? Math.max(0, value) : 0);
  const all = count(usage.in);
  const cached = Math.min(count(usage.cached), all);
  return {
    in: all,
    out: count(usage.out),
    cached,
    cache_write: Math.min(count(usage.cache_write), all - cached),
  };
}

const usdAt = (price: TokenPrice, usage: BilledUsage): number =>
  ((usage.in - usage.cached) * price.in + usage.cached * price.cached + usage.out * price.out) /
  1e6;
