import type { CatalogService } from '../../contracts/service.ts';

/** The services that this one is restarted after: those whose namespaces it shares, and those it says so of. */
export const followed = ({ depends_on }: Pick<CatalogService, 'depends_on'>): string[] =>
  depends_on.flatMap(({ service, restart, shares_namespace }) =>
    restart === true || shares_namespace === true ? [service] : [],
  );

/** Has it run since before the other one was started? Instants of one clock, null where one is not known. */
export const isBehind = (startedAt: number | null, leaderStartedAt: number | null): boolean =>
  startedAt !== null && leaderStartedAt !== null && startedAt < leaderStartedAt;
