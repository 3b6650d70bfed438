import type { CatalogDeps, CatalogProvider, ListState } from '../catalog.ts';
import type { Listing } from '../models/models.ts';
import { askModels } from './ask.ts';
import { whyFailed } from './list-error.ts';

/** What providers listed last, and what became of asking them last. */
export class ListedProviders {
  readonly #deps: Pick<CatalogDeps, 'env' | 'fetch' | 'now'>;
  readonly #states = new Map<string, ListState>();
  /** With the address that listed them: another address is another server. */
  readonly #listings = new Map<string, Listing & { base_url: string }>();

  constructor(deps: Pick<CatalogDeps, 'env' | 'fetch' | 'now'>) {
    this.#deps = deps;
  }

  /** Asks one provider, with its first key that is set. Never rejects; what was listed before a failure stays. */
  async ask(provider: Omit<CatalogProvider, 'list'>): Promise<void> {
    const { env, fetch: fetcher, now } = this.#deps;
    const key = provider.keys.find(({ set }) => set);
    try {
      const models = await askModels(provider, key && env[key.env], fetcher);
      const at_ms = now();
      const day = new Date(at_ms).toISOString().slice(0, 10);
      this.#listings.set(provider.id, { day, models, base_url: provider.base_url });
      this.#states.set(provider.id, { state: 'ok', at_ms, models: models.length });
    } catch (error) {
      this.#states.set(provider.id, { state: 'failed', at_ms: now(), why: whyFailed(error) });
    }
  }

  stateOf(id: string): ListState {
    return this.#states.get(id) ?? { state: 'never' };
  }

  listingOf({ id, base_url }: Pick<CatalogProvider, 'id' | 'base_url'>): Listing | null {
    const listing = this.#listings.get(id);
    return listing?.base_url === base_url ? listing : null;
  }
}
