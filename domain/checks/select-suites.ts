import type { SuiteSummary } from '../../contracts/checks.ts';
import { editDistance } from './edit-distance.ts';

/** Which suites a request names; if none, the name that is unknown (null: there is nothing at all) and the nearest one. */
export type Selection<S> =
  { suites: S[] } | { suites: []; unknown: string | null; near: string | null };

interface Asked {
  suite?: string | undefined;
  services?: readonly string[] | undefined;
}

/** The names in a request, each once; none stands for everything. */
export const namesOf = ({ suite, services = [] }: Asked): string[] => [
  ...new Set(
    [...(suite === undefined ? [] : [suite]), ...services].filter((name) => name !== 'all'),
  ),
];

type Named = Pick<SuiteSummary, 'name' | 'declared' | 'kind'>;

/**
 * Finds what to check: one suite by name, the checks of some services, or everything that is declared. A file that
 * declares nothing has the checks that every service has.
 */
export function selectSuites<S extends Named>(all: readonly S[], ask: Asked): Selection<S> {
  const names = namesOf(ask);
  if (names.length === 0) {
    const declared = all.filter((one) => one.declared);
    const suites = declared.length > 0 ? declared : [...all];
    return suites.length > 0 ? { suites } : { suites: [], unknown: null, near: null };
  }
  const found = names.map((name) => all.find((one) => one.name === name) ?? name);
  const unknown = found.find((one) => typeof one === 'string');
  if (unknown === undefined) return { suites: found.filter((one) => typeof one !== 'string') };
  return { suites: [], unknown, near: nearest(unknown, all) };
}

function nearest(name: string, all: readonly Named[]): string | null {
  let best: { name: string; edits: number } | null = null;
  for (const one of all) {
    const edits = editDistance(name.toLowerCase(), one.name.toLowerCase());
    if (best === null || edits < best.edits) best = { name: one.name, edits };
  }
  return best !== null && best.edits <= Math.max(2, Math.ceil(name.length / 3)) ? best.name : null;
}
