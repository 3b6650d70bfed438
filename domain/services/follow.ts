import type { CatalogService } from '../../contracts/service.ts';

/** The services whose restart also restarts this one: those whose namespaces it shares, and those with `restart: true`. */
export const followed = ({ depends_on }: Pick<CatalogService, 'depends_on'>): string[] =>
  depends_on.flatMap(({ service, restart, shares_namespace }) =>
    restart === true || shares_namespace === true ? [service] : [],
  );

/** Whether it started before its leader did, so it needs a restart. Instants of one clock; null: not known. */
export const isBehind = (startedAt: number | null, leaderStartedAt: number | null): boolean =>
  startedAt !== null && leaderStartedAt !== null && startedAt < leaderStartedAt;
