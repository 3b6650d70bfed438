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

/** Compares the stack with its files as an audit does, and stores nothing. Containers' own layers are read once an hour. */
export function createDriftReader(
  deps: Pick<DriftDeps, 'power' | 'seal'>,
): () => Promise<DriftFact[]> {
  let layersAt = -Infinity;
  return async () => {
    const at = deps.power.clock();
    const layers = at - layersAt >= hourMs;
    if (layers) layersAt = at;
    const { facts } = await readAllFacts(deps, { modules: null, include_tests: false, layers });
    return judge(facts)
      .filter(({ state, kind }) => state === 'drift' && !others.has(kind))
      .map(({ kind, service, path, severity, description, patchable }) => {
        const about = { kind, service, path, severity };
        return { ...about, description, patchable };
      });
  };
}
