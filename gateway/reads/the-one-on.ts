import { VX11Error } from '../../contracts/errors.ts';

/**
 * The one of this name that a request means. Throws `invalid` if several hosts have one, and the request names none of them.
 * @param found those of this name, each with its host
 * @returns null if there is none
 */
export function theOneOn<T>(
  found: readonly T[],
  hostOf: (one: T) => string,
  name: string,
  host: string | undefined,
): T | null {
  const fits = found.filter((one) => (host ?? hostOf(one)) === hostOf(one));
  if (fits.length < 2) return fits[0] ?? null;
  const problem = `${name} is on several hosts; name one of them as host: ${fits.map(hostOf).join(', ')}.`;
  throw new VX11Error('invalid', problem, { fields: [{ field: 'host', problem }] });
}
