import type { CatalogService } from '../../contracts/service.ts';

/**
 * Whether a stopped service has completed its work, so it need not run again. Exit code 0 completes a job that other
 * services wait for, whatever its `restart` is; it completes any other service only if `restart` would not restart it.
 */
export const isDone = (
  { one_shot, restart }: Pick<CatalogService, 'one_shot' | 'restart'>,
  exitCode: number | null,
): boolean => exitCode === 0 && (one_shot === true || restart === 'no' || restart === 'on-failure');
