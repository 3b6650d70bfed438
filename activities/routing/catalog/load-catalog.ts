import { createBoundedRound } from '../../../platform/concurrency/bounded-round.ts';
import { buildCatalog, buildProvider, type BuiltProvider } from './build-catalog.ts';
import type { Catalog, CatalogDeps, CatalogProvider, LiveCatalog } from './catalog.ts';
import { configure, type Configured } from './configure.ts';
import { readEntries } from './file/read-entries.ts';
import { ListedProviders } from './list/listed-providers.ts';

/** All providers of a refresh together, in ms: three times the deadline of one. */
const refreshMs = 30_000;
const atOnce = 8;

/**
 * Reads which providers are configured, and what is known about their models, without asking any of them: `refresh` does that.
 *
 * @throws ProvidersFileError, or an error that names the file if it cannot be read
 */
export async function loadCatalog(deps: CatalogDeps): Promise<LiveCatalog> {
  // 69 ms and 16 MB, for what routes only
  const { listPrice } = await import('./prices/genai-prices.ts');
  const lists = new ListedProviders(deps);
  const round = createBoundedRound<Configured>(
    { atOnce, ms: refreshMs },
    ({ provider }) => provider.id,
  );
  let { configured, notes } = configure(await readEntries(deps), deps.env);
  let built: BuiltProvider[] = [];
  let catalog: Catalog;
  const build = (one: Configured): BuiltProvider =>
    buildProvider(one, lists, listPrice, deps.now());
  const assemble = (): void => {
    catalog = buildCatalog(built, lists, notes, deps.now());
  };
  const buildAll = (): void => {
    built = configured.map(build);
    assemble();
  };
  buildAll();

  const readFileAgain = async (): Promise<void> => {
    try {
      ({ configured, notes } = configure(await readEntries(deps), deps.env));
    } catch (error) {
      const reason = error instanceof Error ? error.message : 'it cannot be read';
      notes = [`The last usable content of the file is still in use. ${reason}`];
    }
  };
  const refresh = async (asks: (provider: CatalogProvider) => boolean): Promise<void> => {
    await readFileAgain();
    buildAll();
    const asked = new Set(catalog.providers.filter(asks).map(({ id }) => id));
    const able = configured.filter(
      ({ provider, known }) =>
        asked.has(provider.id) &&
        known?.lists !== false &&
        provider.kind !== 'cli' &&
        isUsable(provider),
    );
    await round(able, async (one) => {
      await lists.ask(one.provider);
      // at once: one that is slow holds up none of the others
      built = built.map((other) => (other.one === one ? build(one) : other));
      assemble();
    });
  };
  let running: Promise<void> | null = null;
  return {
    current: () => catalog,
    refresh(asks = () => true) {
      running ??= refresh(asks).finally(() => (running = null));
      return running;
    },
  };
}

/** Without its key a provider answers 401 at best. */
const isUsable = ({ tags, needs_key, keys }: Configured['provider']): boolean =>
  !tags.includes('off') && (!needs_key || keys.some(({ set }) => set));
