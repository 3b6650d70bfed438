import type { DriftKind } from '../../../contracts/drift.ts';
import { judge } from '../../../domain/drift/judge.ts';
import type { DriftFact } from '../../../domain/incidents/facts.ts';
import type { DriftDeps } from '../../drift/deps.ts';
import { readAllFacts } from '../../drift/reading/read-facts.ts';

/** Kinds that other ants look at. */
const others: ReadonlySet<DriftKind> = new Set([
  'service_missing',
  'port_exposed',
  'clock_or_zone',
  'image_update',
  'image_vulnerable',
]);
const hourMs = 3_600_000;

/** Compares the stack with its files as an audit does, and stores nothing. */
export function createDriftReader(
  deps: Pick<DriftDeps, 'power' | 'seal'>,
): () => Promise<DriftFact[]> {
  const { clock, seen } = deps.power;
  return keepingLayers({
    clock,
    containerOf: (service) => (service === null ? null : seen.get(service).container_id),
    read: async (layers) => {
      const { facts } = await readAllFacts(deps, { modules: null, include_tests: false, layers });
      return judge(facts)
        .filter(({ state, kind }) => state === 'drift' && !others.has(kind))
        .map(({ kind, service, path, severity, description, patchable }) => {
          const about = { kind, service, path, severity };
          return { ...about, description, patchable };
        });
    },
  });
}

interface LayerSources {
  clock: () => number;
  /** The container of a service, whose layer goes with it. */
  containerOf: (service: string | null) => string | null;
  /** @param layers whether the containers' own layers are read, too, which costs most */
  read: (layers: boolean) => Promise<DriftFact[]>;
}

/**
 * Reads the containers' own layers once an hour, and once more in the next look after they were found changed, so that two
 * looks saw it. In between, what they showed last holds for the same containers.
 */
export function keepingLayers({
  clock,
  containerOf,
  read,
}: LayerSources): () => Promise<DriftFact[]> {
  let readAt = -Infinity;
  let shown: { fact: DriftFact; container: string | null }[] = [];
  let isSure = true;
  return async () => {
    const at = clock();
    const layers = at - readAt >= hourMs || !isSure;
    const found = await read(layers);
    if (!layers) {
      shown = shown.filter(({ fact, container }) => containerOf(fact.service) === container);
      return [...found, ...shown.map(({ fact }) => fact)];
    }
    const changed = found.filter(({ kind }) => kind === 'rootfs_changed');
    const isKnown = ({ service, path }: DriftFact): boolean =>
      shown.some(({ fact }) => fact.service === service && fact.path === path);
    isSure = changed.every(isKnown);
    readAt = at;
    shown = changed.map((fact) => ({ fact, container: containerOf(fact.service) }));
    return found;
  };
}
