import type { CatalogModel } from '../catalog.ts';
import type { Configured } from '../configure.ts';
import type { ListedModel } from '../list/listed-model.ts';
import type { PriceLookup } from '../prices/price-lookup.ts';
import { shippedProvider } from '../../../providers/shipped/shipped.ts';
import { catalogModel, type ModelSources } from './model.ts';

/** What a provider listed, and the day of its answer. */
export interface Listing {
  day: string;
  models: readonly ListedModel[];
}

/**
 * The models of one provider: those of the operator's file, else those of its own list and of the shipped data together.
 * @param priceOf for those whose price no other source knows
 */
export function modelsOf(
  one: Configured,
  listing: Listing | null,
  priceOf: PriceLookup,
  now: number,
): CatalogModel[] {
  const shipped = shippedProvider(one.provider.id);
  const listed = new Map(listing?.models.map((model) => [model.id, model]));
  const written = one.entry?.models;
  const ids = written?.map(({ id }) => id) ?? [
    ...new Set([...listed.keys(), ...(shipped?.models.keys() ?? [])]),
  ];
  return ids.map((id) => {
    const ofList = listed.get(id);
    const ofData = shipped?.models.get(id);
    const sources: ModelSources = {
      id,
      file: written?.find((model) => model.id === id) ?? null,
      listed: ofList === undefined ? null : { model: ofList, day: listing!.day },
      shipped: ofData === undefined ? null : { model: ofData, day: shipped!.day },
      priced: null,
    };
    const needsPrice = !sources.file?.price && !ofList?.price && !ofData?.price;
    if (needsPrice) sources.priced = priceOf(one.provider.id, id, now);
    return catalogModel(one, sources, isAuto(one, sources, listing), now);
  });
}

/**
 * May it be chosen unasked? What the operator lists may, and what a server of their own lists. Of hosted providers, models that are
 * shipped and that the provider, if it has a list, still has: lists also hold what is no chat model.
 */
function isAuto(
  { provider }: Configured,
  { id, file, shipped }: ModelSources,
  listing: Listing | null,
): boolean {
  if (file !== null) return true;
  if (provider.tags.includes('local')) return true;
  if (shipped === null) return false;
  return listing === null || listing.models.some((model) => isNameOf(model.id, id));
}

/** Lists have dated names of what is called without the date: `claude-haiku-4-5-20251001`. */
const isNameOf = (listed: string, id: string): boolean =>
  listed === id || (listed.startsWith(id) && /^-\d/.test(listed.slice(id.length)));
