import { sha256 } from '../../../platform/hash.ts';
import type { Catalog, CatalogModel, CatalogProvider } from './catalog.ts';
import type { Configured } from './configure.ts';
import type { ListedProviders } from './list/listed-providers.ts';
import { modelsOf } from './models/models.ts';
import type { PriceLookup } from './prices/price-lookup.ts';
import { hasEnded } from '../../providers/shipped/shutdown.ts';

/** One provider with its models, and a hash of all that is said of them. */
export interface BuiltProvider {
  one: Configured;
  models: readonly CatalogModel[];
  hash: string;
}

/** Makes the models of one provider: some 10 µs for each. */
export function buildProvider(
  one: Configured,
  lists: Pick<ListedProviders, 'listingOf'>,
  priceOf: PriceLookup,
  now: number,
): BuiltProvider {
  const models = modelsOf(one, lists.listingOf(one.provider), priceOf, now);
  const { base_url } = one.provider;
  const hash = sha256(JSON.stringify([base_url, models.map(({ target }) => target)]));
  return { one, models, hash };
}

/** Puts all providers together. Models of routers are chosen unasked only if there is nothing else. */
export function buildCatalog(
  built: readonly BuiltProvider[],
  lists: Pick<ListedProviders, 'stateOf'>,
  notes: readonly string[],
  now: number,
): Catalog {
  const direct = built.some(
    ({ one, models }) =>
      !onlyByName(one) && models.some(({ auto, target }) => auto && hasKey(target)),
  );
  const models = built.flatMap(({ one, models: some }) =>
    direct && onlyByName(one) ? some.map((model) => ({ ...model, auto: false })) : some,
  );
  const providers = built.map(({ one: { provider, known } }): CatalogProvider => {
    const list =
      known?.lists === false || provider.kind === 'cli'
        ? ({ state: 'unlisted' } as const)
        : lists.stateOf(provider.id);
    return { ...provider, list };
  });
  return {
    version: sha256(built.map(({ hash }) => hash).join()).slice(0, 12),
    targets: models.map(({ target }) => target),
    providers,
    models: new Map(models.map((model) => [model.target.id, model])),
    notes: [...notes, ...built.flatMap((one) => [...asleepOf(one), ...endedOf(one, now)])],
  };
}

const onlyByName = ({ provider, entry }: Configured): boolean =>
  provider.router && entry?.models === undefined;

const hasKey = ({ needs_key, keys }: Catalog['targets'][number]): boolean =>
  !needs_key || keys.length > 0;

/** A service that sleeps answers no question about its models, so it would never be woken. */
const asleepOf = ({ one: { provider }, models }: BuiltProvider): string[] =>
  provider.service === null || models.length > 0
    ? []
    : [
        `${provider.id} has no models until ${provider.service} is awake: list them in VX11_PROVIDERS_FILE.`,
      ];

/** Models that the operator names and that are gone. */
const endedOf = ({ one: { entry }, models }: BuiltProvider, now: number): string[] =>
  models.flatMap(({ model, ends, target }) => {
    if (ends === null || !hasEnded(ends, now)) return [];
    if (entry?.models?.some(({ id }) => id === model) !== true) return [];
    const instead = ends.successor === null ? 'Remove it from' : `Use ${ends.successor} in`;
    return [`${target.id} was shut down on ${ends.day}. ${instead} VX11_PROVIDERS_FILE.`];
  });
