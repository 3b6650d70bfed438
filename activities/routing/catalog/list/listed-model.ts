import type { Capability, TokenPrice } from '../../../../contracts/routing.ts';

/** A model as its provider lists it. Null is what the list does not say. */
export interface ListedModel {
  id: string;
  context: number | null;
  max_output: number | null;
  price: TokenPrice | null;
  can: Capability[] | null;
}
