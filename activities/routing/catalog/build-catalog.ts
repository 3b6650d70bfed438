import { sha256 } from '../../../platform/hash.ts';
import type { Catalog, CatalogModel, CatalogProvider } from './catalog.ts';
import type { Configured } from './configure.ts';
import type { ListedProviders } from './list/listed-providers.ts';
import { modelsOf } from './models/models.ts';
import type { PriceLookup } from './prices/price-lookup.ts';
import { hasEnded } from '../../providers/shipped/shutdown.ts';

/** Puts everything together. Models of routers are chosen unasked only if there is nothing else. */
export function buildCatalog(
  configured: readonly Configured[],
  lists: Pick<ListedProviders, 'stateOf' | 'listingOf'>,
  notes: readonly string[],
  priceOf: PriceLookup,
  now: number,
): Catalog {
  const all = configured.map((one) => ({
    one,
    models: modelsOf(one, lists.listingOf(one.provider), priceOf, now),
  }));
  const direct = all.some(
    ({ one, models }) =>
      !onlyByName(one) && models.some(({ auto, target }) => auto && hasKey(target)),
  );
  const models = all.flatMap(({ one, models: some }) =>
    direct && onlyByName(one) ? some.map((model) => ({ ...model, auto: false })) : some,
  );
  const targets = models.map(({ target }) => target);
  const providers = configured.map(({ provider, known }): CatalogProvider => {
    const list =
      known?.lists === false ? ({ state: 'unlisted' } as const) : lists.stateOf(provider.id);
    return { ...provider, list };
  });
  const said = JSON.stringify([targets, providers.map(({ base_url }) => base_url)]);
  return {
    version: sha256(said).slice(0, 12),
    targets,
    providers,
    models: new Map(models.map((model) => [model.target.id, model])),
    notes: [...notes, ...endedOf(configured, models, now)],
  };
}

const onlyByName = ({ provider, entry }: Configured): boolean =>
  provider.router && entry?.models === undefined;

const hasKey = ({ needs_key, keys }: Catalog['targets'][number]): boolean =>
  !needs_key || keys.length > 0;

/** Models that the operator names and that are gone. */
const endedOf = (
  configured: readonly Configured[],
  models: readonly CatalogModel[],
  now: number,
): string[] =>
  models.flatMap(({ provider, model, ends, target }) => {
    if (ends === null || !hasEnded(ends, now)) return [];
    const entry = configured.find((one) => one.provider.id === provider)?.entry;
    if (entry?.models?.some(({ id }) => id === model) !== true) return [];
    const instead = ends.successor === null ? 'Remove it from' : `Use ${ends.successor} in`;
    return [`${target.id} was shut down on ${ends.day}. ${instead} VX11_PROVIDERS_FILE.`];
  });
