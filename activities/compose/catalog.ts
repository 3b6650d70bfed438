import type { Logger } from 'pino';
import type { Catalog, CatalogService } from '../../contracts/service.ts';
import { catalogContent } from '../../domain/services/catalog.ts';
import type { StartDetails } from '../../domain/services/start-details.ts';
import type { Store } from '../../store/index.ts';
import type { Clock } from '../../platform/clock.ts';
import type { Compose, ComposeReading } from './compose.ts';

/** The services of the stack, as the compose file defines them at this moment. */
export interface CatalogReader {
  /**
   * Reads the file again if it changed. If the new version is invalid, returns the last valid catalog with the error.
   */
  current(): Promise<Catalog>;
  /** The catalog of the last read; null before the first one. */
  known(): Catalog | null;
  /** Compose's result for the last files that it could read; null before the first. */
  reading(): ComposeReading | null;
  /** The values that a start or stop of the service needs from the last file read. They are kept in memory only. */
  details(service: string): StartDetails | null;
}

interface CatalogDeps {
  compose: Compose;
  store: Store;
  host: string;
  clock: Clock;
  log: Logger;
  /** The host's resources: the budget if the file sets none. */
  capacity: () => Promise<{ memory_bytes: number; cpus: number; gpus?: number | null }>;
}

export const servicesByName = (catalog: Catalog): Map<string, CatalogService> =>
  new Map(catalog.services.map((service) => [service.name, service]));

/** How often a file that could not be read is tried again, even if it has not changed. */
const retryMs = 5000;

export function createCatalogReader(deps: CatalogDeps): CatalogReader {
  let catalog: Catalog | null = null;
  let details = new Map<string, StartDetails>();
  let fingerprint = '';
  let underWay: Promise<Catalog> | null = null;
  let reading: ComposeReading | null = null;

  let unsaved = false;
  let retryAt = 0;

  const read = async (): Promise<Catalog> => {
    const seen = await deps.compose.fingerprint();
    // Compose may have failed for a reason outside the file, so an unchanged file is tried again too
    const again = catalog?.error != null && performance.now() > retryAt;
    if (catalog === null || seen !== fingerprint || again) {
      const last = catalog ?? (await lastGood(deps));
      const next = await readOnce(deps, last, (made, found) => {
        reading = made;
        details = found;
      });
      unsaved ||= catalog === null || next.error === null || next.error !== catalog.error;
      catalog = next;
      fingerprint = seen;
      retryAt = performance.now() + retryMs;
    }
    if (unsaved) await save(catalog);
    return catalog;
  };
  /** Power control continues while the store is unavailable; the next call to `current` writes again. */
  const save = async (next: Catalog): Promise<void> => {
    const payload =
      next.error === null ? { services: next.services.length } : { error: next.error };
    const type = next.error === null ? 'catalog.read' : 'catalog.invalid';
    const event = {
      type,
      at: deps.clock(),
      actor: 'madre',
      host: deps.host,
      payload,
    } as const;
    await deps.store.services.saveCatalog(next, [event]).then(
      () => void (unsaved = false),
      (error: unknown) =>
        deps.log.warn({ err: error }, 'the catalog could not be written; trying again'),
    );
  };
  return {
    known: () => catalog,
    reading: () => reading,
    details: (service) => details.get(service) ?? null,
    current: () => {
      underWay ??= read().finally(() => void (underWay = null));
      return underWay;
    },
  };
}

/**
 * The stored catalog, so that a restart with a broken file still has a valid one; null if it belongs to another
 * stack.
 */
async function lastGood({ store, host, compose }: CatalogDeps): Promise<Catalog | null> {
  const kept = await store.services.catalogOf(host).catch(() => null);
  if (kept === null || kept.compose_file !== compose.named) return null;
  // older versions did not store the number of containers per service
  const services = kept.services.map((one) => ({ ...one, replicas: one.replicas ?? 1 }));
  return { ...kept, services };
}

async function readOnce(
  deps: CatalogDeps,
  last: Catalog | null,
  onRead: (reading: ComposeReading, details: Map<string, StartDetails>) => void,
): Promise<Catalog> {
  const read_at = new Date(deps.clock()).toISOString();
  const { named } = deps.compose;
  try {
    const reading = await deps.compose.read();
    const { config, broken, profiles } = reading;
    const names = Object.keys(config.services);
    const hashes = names.map(
      (name) => [name, reading.hashesOf(name, () => undefined)[0] ?? ''] as const,
    );
    const content = catalogContent(config, new Map(hashes), broken, profiles);
    const { services, budget, confirm, details } = content;
    const capacity = await deps.capacity().catch(() => null);
    onRead(reading, details);
    noteUncountedGpus(deps, services, budget.gpus ?? budget.gpu_memory_bytes ?? capacity?.gpus);
    return {
      host: deps.host,
      project: config.name,
      compose_file: named,
      services,
      budget: {
        memory_bytes: budget.memory_bytes ?? capacity?.memory_bytes ?? null,
        cpus: budget.cpus,
        // a budget of GPU memory means that services share the GPUs, so they are not counted
        gpus: budget.gpus ?? (budget.gpu_memory_bytes === null ? (capacity?.gpus ?? null) : null),
        gpu_memory_bytes: budget.gpu_memory_bytes,
      },
      confirm,
      read_at,
      error: null,
    };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const none = { services: [], budget: { memory_bytes: null, cpus: null }, project: '' };
    const base = last ?? { host: deps.host, compose_file: named, ...none };
    return { ...base, read_at, error: message };
  }
}

/** @param limit the limit on GPUs or GPU memory, if there is one */
function noteUncountedGpus(
  { log }: CatalogDeps,
  services: CatalogService[],
  limit: number | null | undefined,
): void {
  const names = services.filter(({ gpu }) => gpu).map(({ name }) => name);
  if (names.length === 0 || (limit !== null && limit !== undefined)) return;
  const note = 'the number of GPUs is unknown, so they are not counted: set x-vx11.budget';
  log.warn({ services: names }, note);
}
