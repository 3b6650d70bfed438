import type { ProviderQuirks } from '../../../contracts/provider.ts';
import type { Capability, TokenPrice } from '../../../contracts/routing.ts';
import models from './models.json' with { type: 'json' };

/** What the shipped data says about a model. Null is unknown. */
export interface ShippedModel {
  id: string;
  context: number | null;
  max_output: number | null;
  price: TokenPrice | null;
  can: Capability[];
  quirks: Partial<ProviderQuirks>;
}

/** The models of a provider, and the day of the data. */
export interface ShippedProvider {
  day: string;
  models: ReadonlyMap<string, ShippedModel>;
}

const capabilities: Readonly<Record<string, Capability>> = {
  t: 'tools',
  v: 'vision',
  j: 'json',
  a: 'audio',
  r: 'reasoning',
};
const quirks: Readonly<Record<string, Partial<ProviderQuirks>>> = {
  T: { temperature: false },
  S: { strict_tools: true },
  B: { reasoning_back: true },
  O: { responses_only: true },
};

type Source = keyof typeof models.sources;
const providers = models.providers as unknown as Readonly<
  Record<string, { source: Source; models: Row[] } | undefined>
>;

/** What VX11 ships about a provider; null if nothing. `scripts/condense-models.ts` makes the data. */
export function shippedProvider(id: string): ShippedProvider | null {
  const provider = Object.hasOwn(providers, id) ? providers[id] : undefined;
  if (provider === undefined) return null;
  const rows = provider.models.map(modelOf);
  return {
    day: models.sources[provider.source].day,
    models: new Map(rows.map((model) => [model.id, model])),
  };
}

type Row = [
  id: string,
  context: number | null,
  maxOutput: number | null,
  priceIn: number | null,
  priceOut: number | null,
  cached: number | null,
  can: string,
  quirks: string,
];

function modelOf(row: Row): ShippedModel {
  const [id, context, max_output, priceIn, priceOut, cached, can, odd] = row;
  const priced = priceIn !== null && priceOut !== null;
  return {
    id,
    context,
    max_output,
    price: priced ? { in: priceIn, out: priceOut, cached: cached ?? priceIn } : null,
    can: can.split('').map((letter) => capabilities[letter]!),
    quirks: Object.assign({}, ...odd.split('').map((letter) => quirks[letter])) as object,
  };
}
