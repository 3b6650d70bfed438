import type { StartChecksBody, SuiteSummary } from '../../contracts/checks.ts';
import { namesOf, selectSuites } from './select-suites.ts';

/** The suites of one host's catalog; absent in the catalogs of older versions. */
export interface HostSuites {
  host: string;
  suites?: SuiteSummary[] | undefined;
}

/** Where a run happens and what it checks, or why there is none. */
export type PlacedRun =
  | { ok: true; host: string; suite: string; services: string[] }
  | { ok: false; why: 'unknown'; unknown: string | null; near: string | null }
  /** The suites were found, and cannot run. */
  | { ok: false; why: 'broken'; problems: { field: string; problem: string }[] };

/** Finds the host that has what a request names: the named one, or the first that has it all. */
export function placeRun(
  catalogs: readonly HostSuites[],
  ask: Pick<StartChecksBody, 'suite' | 'services' | 'host'>,
): PlacedRun {
  const found = catalogs
    .filter(({ host }) => ask.host === undefined || host === ask.host)
    .map(({ host, suites = [] }) => ({ host, selection: selectSuites(suites, ask) }));
  const hit = found.find(({ selection }) => selection.suites.length > 0);
  if (hit === undefined) {
    const first = found[0]?.selection;
    const named = first !== undefined && 'unknown' in first;
    return { ok: false, why: 'unknown', unknown: null, near: null, ...(named && first) };
  }
  const { host, selection } = hit;
  const problems = selection.suites.flatMap(({ name, problems: own }) =>
    own.map((problem) => ({ field: name, problem })),
  );
  if (problems.length > 0) return { ok: false, why: 'broken', problems };
  const names = namesOf(ask);
  return {
    ok: true,
    host,
    suite: names.length === 0 ? 'all' : names.join(','),
    services: [...new Set(selection.suites.flatMap(({ services }) => services))],
  };
}

/** Why nothing can run, in English. */
export const problemOf = ({
  unknown,
  near,
}: Pick<Extract<PlacedRun, { why: 'unknown' }>, 'unknown' | 'near'>): string =>
  unknown === null
    ? 'No compose file has a service to check.'
    : `There is no suite and no service ${unknown}.${near === null ? '' : ` Did you mean ${near}?`}`;

/** The same for every reason, as one text. */
export const refusalText = (placed: Extract<PlacedRun, { ok: false }>): string =>
  placed.why === 'unknown'
    ? problemOf(placed)
    : placed.problems.map(({ problem }) => problem).join('; ');
