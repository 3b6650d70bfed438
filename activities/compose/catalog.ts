import type { Logger } from 'pino';
import type { Catalog, CatalogService } from '../../contracts/service.ts';
import { readSchedules } from '../../domain/checks/read-schedules.ts';
import { readSuites, summaryOf } from '../../domain/checks/read-suites.ts';
import type { ImportedSuite } from '../../domain/checks/read-gatus.ts';
import type { Suite } from '../../domain/checks/suite.ts';
import { readNotify } from '../../domain/notices/read-notify.ts';
import { opensWindow, readWindowSchedules } from '../../domain/schedules/read-window-schedules.ts';
import { catalogContent } from '../../domain/services/catalog.ts';
import type { StartDetails } from '../../domain/services/start-details.ts';
import type { Store } from '../../store/index.ts';
import type { Clock } from '../../platform/clock.ts';
import { ComposeError } from './compose-error.ts';
import type { Compose, ComposeReading } from './compose.ts';
import { timesOf } from './file-times.ts';
import { importedPaths, readImports } from './suites/imported-suites.ts';
import { readWritten, type WrittenStack } from './suites/written.ts';

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
  /**
   * The suites of the last valid file, with their requests, which may hold secrets. They are kept in memory only. Where this
   * process has read no valid file, they are what its text says.
   */
  suites(): readonly Suite[];
  /** `x-vx11` at the top of the last valid file; where this process has read none, as its text has it. */
  settings(): Record<string, unknown>;
  /** Why the files are refused as they are now; null if they are not, or if Compose could not be run. */
  refusal(): string | null;
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
  let suites: Suite[] = [];
  let written: WrittenStack | null = null;
  let refusal: string | null = null;

  let unsaved = false;
  let retryAt = 0;

  const read = async (): Promise<Catalog> => {
    // those of the last reading: a file that is imported for the first time is read twice
    const imports = importedPaths(deps.compose.named, importsIn(reading?.config));
    const seen = `${await deps.compose.fingerprint()}|${await timesOf(imports)}`;
    // Compose may have failed for a reason outside the file, so an unchanged file is tried again too
    const again = catalog?.error != null && performance.now() > retryAt;
    if (catalog === null || seen !== fingerprint || again) {
      const last = catalog ?? (await lastGood(deps));
      const { error, catalog: made } = await readOnce(deps, last, (result, found, checks) => {
        reading = result;
        details = found;
        suites = checks;
      });
      refusal = error instanceof ComposeError && !error.unable ? error.message : null;
      written = reading === null && refusal !== null ? await writtenStack(deps.compose) : null;
      const next = written === null ? made : withSuites(made, written);
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
    suites: () => written?.suites ?? suites,
    settings: () => written?.settings ?? reading?.config['x-vx11'] ?? {},
    refusal: () => refusal,
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
  onRead: (reading: ComposeReading, details: Map<string, StartDetails>, suites: Suite[]) => void,
): Promise<{ catalog: Catalog; error: unknown }> {
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
    const imported = await readImports(named, importsIn(config));
    const suites = suitesOf(config, services, imported);
    const summaries = suites.map(summaryOf);
    const schedules = config['x-vx11']?.schedule ?? [];
    const inWindows = services.filter(({ tier }) => tier === 'window');
    const windowNames = inWindows.map(({ name }) => name);
    onRead(reading, details, suites);
    noteUncountedGpus(deps, services, budget.gpus ?? budget.gpu_memory_bytes ?? capacity?.gpus);
    const catalog = {
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
      suites: summaries,
      schedules: readSchedules(
        schedules.filter((one) => !opensWindow(one)),
        summaries,
      ),
      window_schedules: readWindowSchedules(schedules, windowNames),
      notify: readNotify(config['x-vx11']?.notify),
      read_at,
      error: null,
    };
    return { catalog, error: null };
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    const none = { services: [], budget: { memory_bytes: null, cpus: null }, project: '' };
    const base = last ?? { host: deps.host, compose_file: named, ...none };
    return { catalog: { ...base, read_at, error: message }, error };
  }
}

const writtenStack = async (compose: Compose): Promise<WrittenStack> => {
  const call = await compose.call().catch(() => null);
  return readWritten(call?.source.files ?? []);
};

/** A host that has never read a valid file can at least be asked to check what the text names. */
const withSuites = (catalog: Catalog, { suites }: WrittenStack): Catalog =>
  (catalog.suites ?? []).length > 0 ? catalog : { ...catalog, suites: suites.map(summaryOf) };

const importsIn = (config: ComposeReading['config'] | undefined): string[] =>
  [config?.['x-vx11']?.import ?? []].flat();

function suitesOf(
  config: ComposeReading['config'],
  services: readonly CatalogService[],
  imported: ImportedSuite[],
): Suite[] {
  return readSuites({
    services: services.map(({ name, tier, one_shot = false, has_healthcheck }) => ({
      name,
      checks: config.services[name]?.['x-vx11']?.checks,
      one_shot,
      has_healthcheck,
      implied: tier === 'window',
    })),
    suites: config['x-vx11']?.suites ?? [],
    imported,
    load: config['x-vx11']?.load,
  });
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
