import type { ModelView } from '../../../contracts/models.ts';
import { serves, usedModel, type ServedModel } from '../../../domain/models/served.ts';
import type { Store } from '../../../store/index.ts';
import type { CatalogModel, CatalogProvider } from '../catalog/catalog.ts';
import type { Services } from './services.ts';

type OfProvider = Pick<CatalogProvider, 'kind' | 'service' | 'tags'>;

/**
 * Notes which local models answer in the registry of hermes: what is used stays when room is made, and what a server has
 * loaded is never removed.
 */
export interface LocalUses {
  begins(model: CatalogModel, provider: OfProvider): void;
  /** @param ok whether it answered */
  ended(model: CatalogModel, ok: boolean): void;
  /** The size of a local model on a host, as hermes last knew it; 0 if it does not. */
  bytes(model: CatalogModel, provider: OfProvider, host: string): number;
  /** Writes what has changed. What could not be written is tried again by the next call. */
  flush(): Promise<void>;
}

/** One that answers counts as loaded for so long, and longer while it does. */
const loadedMs = 60_000;
/** How old the state of services may be, in ms. */
const freshMs = 1000;

/** How old the sizes of models may be, in ms. */
const registeredMs = 30_000;

interface Use {
  served: ServedModel;
  service: string | null;
  active: number;
  /** Answers that are not written yet. */
  uses: number;
  /** What was written last; epoch ms. */
  busyUntil: number | null;
}

/** @param clock epoch ms */
export function createLocalUses(
  store: Pick<Store, 'models'>,
  services: Services,
  clock: () => number,
): LocalUses {
  const used = new Map<string, Use>();
  let registered: readonly ModelView[] = [];
  let registeredAt = -Infinity;
  /** Until when it is loaded: while it answers, and as long as its service is awake. */
  const loadedUntil = ({ active, service }: Use, now: number): number | null => {
    const fact = service === null ? null : services.of(service);
    const isAwake = fact !== null && (fact.state === 'awake' || fact.state === 'held');
    if (active === 0 && !isAwake) return null;
    const least = active > 0 || fact?.until_ms == null ? now + loadedMs : 0;
    return Math.max(least, isAwake ? (fact.until_ms ?? 0) : 0);
  };
  const isNews = ({ uses, busyUntil }: Use, until: number | null): boolean =>
    uses > 0 || Math.abs((until ?? 0) - (busyUntil ?? 0)) > loadedMs / 2;
  const write = async ({ served, service, uses }: Use, until: number | null): Promise<void> => {
    const host = service === null ? null : services.of(service)?.host;
    const ready = await store.models.list({ status: 'ready', host: host ?? undefined });
    const hosts = new Set(ready.filter((one) => serves(served, one)).map((one) => one.host));
    for (const name of hosts)
      await store.models.change(name, (models) => {
        const save = models
          .filter((one) => serves(served, one))
          .map((one) => usedModel(one, uses, until, clock()));
        return { change: { save, events: [] }, result: null };
      });
  };
  return {
    begins({ target, model, file }, { kind, service, tags }) {
      if (!tags.includes('local')) return;
      const known = used.get(target.id);
      if (known !== undefined) known.active += 1;
      else {
        const served = { name: model, file, ofOllama: kind === 'ollama' };
        used.set(target.id, { served, service, active: 1, uses: 0, busyUntil: null });
      }
    },
    ended({ target }, ok) {
      const use = used.get(target.id);
      if (use === undefined) return;
      use.active = Math.max(0, use.active - 1);
      if (ok) use.uses += 1;
    },
    bytes({ model, file }, { kind, tags }, host) {
      if (!tags.includes('local')) return 0;
      const served = { name: model, file, ofOllama: kind === 'ollama' };
      return registered.find((one) => one.host === host && serves(served, one))?.size_bytes ?? 0;
    },
    async flush() {
      if (clock() - registeredAt >= registeredMs) {
        registered = await store.models.list({ status: 'ready' });
        registeredAt = clock();
      }
      if (used.size === 0) return;
      await services.refresh(freshMs);
      for (const [id, use] of used) {
        const until = loadedUntil(use, clock());
        if (isNews(use, until)) {
          const { uses } = use;
          await write(use, until);
          use.uses -= uses;
          use.busyUntil = until;
        }
        if (until === null && use.active === 0 && use.uses === 0) used.delete(id);
      }
    },
  };
}
