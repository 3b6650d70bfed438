import type { CatalogService } from '../../contracts/service.ts';

/**
 * Has a service that ended done its work, so that it need not run any more? A job that others wait for has with 0,
 * whatever its `restart`; any other service only where that would not start it again.
 */
export const isDone = (
  { one_shot, restart }: Pick<CatalogService, 'one_shot' | 'restart'>,
  exitCode: number | null,
): boolean => exitCode === 0 && (one_shot === true || restart === 'no' || restart === 'on-failure');
