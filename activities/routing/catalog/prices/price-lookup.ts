import type { TokenPrice } from '../../../../contracts/routing.ts';

/** The list price of a model at `now` (epoch ms); null if it is unknown. */
export type PriceLookup = (
  provider: string,
  model: string,
  now: number,
) => { price: TokenPrice; day: string | null } | null;
