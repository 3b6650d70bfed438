import type { ProviderModel } from '../../../../contracts/provider.ts';
import type { Capability, TokenPrice } from '../../../../contracts/routing.ts';
import type { CatalogModel, NumberSource } from '../catalog.ts';

/** What one source says about a model; undefined or null is what it does not say. */
export interface Facts {
  source: NumberSource;
  context?: number | null;
  max_output?: number | null;
  price?: TokenPrice | null;
  can?: readonly Capability[] | null;
}

/** The operator's word about a model. */
export const factsOfFile = ({
  context,
  max_output,
  price,
  can,
}: Partial<ProviderModel>): Facts => ({
  source: { from: 'file', day: null },
  context: context ?? null,
  max_output: max_output ?? null,
  price:
    price === undefined ? null : { in: price.in, out: price.out, cached: price.cached ?? price.in },
  can: can ?? null,
});

export interface Merged {
  context: number | null;
  max_output: number | null;
  price: TokenPrice | null;
  can: Capability[];
  sources: Omit<CatalogModel['sources'], 'quality'>;
}

/** Takes each fact from the first source that knows it, and says from which. */
export function merge(layers: readonly Facts[]): Merged {
  const first = <K extends 'context' | 'max_output' | 'price' | 'can'>(key: K) => {
    const layer = layers.find((one) => (one[key] ?? null) !== null);
    return { value: layer?.[key] ?? null, source: layer?.source ?? null };
  };
  const [context, maxOutput, price, can] = [
    first('context'),
    first('max_output'),
    first('price'),
    first('can'),
  ];
  return {
    context: context.value,
    max_output: maxOutput.value,
    price: price.value,
    can: [...(can.value ?? [])],
    sources: {
      context: context.source,
      max_output: maxOutput.source,
      price: price.source,
      can: can.source,
    },
  };
}
