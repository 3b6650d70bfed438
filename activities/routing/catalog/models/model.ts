import type { ProviderKind, ProviderModel } from '../../../../contracts/provider.ts';
import type { DataPolicy, RoutingTarget, TokenPrice } from '../../../../contracts/routing.ts';
import type { CatalogModel, CatalogProvider } from '../catalog.ts';
import type { Configured } from '../configure.ts';
import type { KnownProvider } from '../known/known-provider.ts';
import { familyOf } from '../known/known-providers.ts';
import type { ListedModel } from '../list/listed-model.ts';
import type { ShippedModel } from '../../../providers/shipped/shipped.ts';
import { hasEnded, shutdownOf } from '../../../providers/shipped/shutdown.ts';
import { factsOfFile, merge, type Facts } from './facts.ts';
import { qualityGuess, speedGuess } from './first-guess.ts';

/** What is known about one model, from each source; null where a source does not know it. */
export interface ModelSources {
  id: string;
  file: ProviderModel | null;
  listed: { model: ListedModel; day: string } | null;
  shipped: { model: ShippedModel; day: string } | null;
  /** Its price by genai-prices. */
  priced: { price: TokenPrice; day: string | null } | null;
}

/** Makes one entry of the catalog. @param now epoch ms */
export function catalogModel(
  { provider, known }: Pick<Configured, 'provider' | 'known'>,
  model: ModelSources,
  auto: boolean,
  now: number,
): CatalogModel {
  const local = isLocal(provider, model.id);
  const facts = merge(layersOf(model, local, known));
  const quirks = { ...provider.quirks, ...model.shipped?.model.quirks };
  const ends = shutdownOf(provider.id, model.id);
  const enabled =
    !provider.tags.includes('off') &&
    !quirks.responses_only &&
    (ends === null || !hasEnded(ends, now));
  const { sources, ...numbers } = facts;
  const target: RoutingTarget = {
    ...idle,
    ...numbers,
    ...speedGuess(known, local),
    id: `${provider.id}/${model.id}`,
    family: familyOf(provider.kind, quirks),
    enabled,
    ...(givesOne.has(provider.kind) && { choices: false }),
    data: policyOf(provider, local),
    needs_key: provider.needs_key,
    keys: provider.keys.filter(({ set }) => set).map(({ env }) => ({ id: env, block: null })),
    concurrency: provider.limits.concurrency ?? null,
    last_resort: provider.tags.includes('last_resort'),
    quality: model.file?.quality ?? qualityGuess(facts.price),
  };
  const quality = {
    from: model.file?.quality === undefined ? 'default' : 'file',
    day: null,
  } as const;
  return {
    target,
    provider: provider.id,
    model: model.id,
    file: model.file?.file ?? null,
    auto: auto && enabled,
    quirks,
    sources: { ...sources, quality },
    ends,
  };
}

/** Protocols that give one answer to a request. */
const givesOne: ReadonlySet<ProviderKind> = new Set(['anthropic', 'ollama', 'cli']);

/** Of a target that nothing is known against. The windows, the cooldowns and the accounts say what is so now. */
const idle = {
  allowed: true,
  block: null,
  share: 1,
  active: 0,
  queue_seconds: 0,
  left: {
    requests: null,
    tokens: null,
    usd: null,
    most_tokens: null,
    most_usd: null,
    until_ms: null,
  },
  sleep: null,
};

/** Of a local server of Ollama, some models run in its cloud. */
const isLocal = ({ tags }: Pick<CatalogProvider, 'tags'>, model: string): boolean =>
  tags.includes('local') && !/[-:]cloud$/.test(model);

const policyOf = ({ tags }: Pick<CatalogProvider, 'tags'>, local: boolean): DataPolicy => {
  if (local) return 'local';
  return tags.includes('no_retention') ? 'no_retention' : 'any';
};

/** The operator wins, then what the provider says of itself, then what is shipped. */
function layersOf(
  { file, listed, shipped, priced }: ModelSources,
  local: boolean,
  known: KnownProvider | null,
): Facts[] {
  const layers: Facts[] = [];
  if (file !== null) layers.push(factsOfFile(file));
  if (listed !== null) layers.push({ ...listed.model, source: { from: 'list', day: listed.day } });
  if (shipped !== null)
    layers.push({ ...shipped.model, source: { from: 'shipped', day: shipped.day } });
  if (priced !== null)
    layers.push({ price: priced.price, source: { from: 'genai-prices', day: priced.day } });
  const price = local ? { in: 0, out: 0, cached: 0 } : null;
  layers.push({ price, can: known?.can ?? null, source: { from: 'default', day: null } });
  return layers;
}
