import type { Declared, DeclaredStack } from '../readout.ts';
import type { Pair } from './aspect.ts';
import { remainsIn } from './remains.ts';
import { unseenIn } from './unseen.ts';

/** The values of a definition that the comparison with a container may miss, sealed, by their paths. */
export type UnseenValues = Readonly<Record<string, readonly string[]>>;

export const unseenValues = (
  declared: Declared,
  stack: DeclaredStack,
  seal: (value: string) => string,
): UnseenValues =>
  Object.fromEntries(
    [...Map.groupBy(unseenIn(declared, stack), ({ path }) => path)].map(([path, all]) => [
      path,
      all.map(({ value }) => seal(JSON.stringify(value))),
    ]),
  );

/**
 * What may be other than in the definition that a container was made from, and shows in no difference. Only if there is nothing,
 * another hash is nothing but another spelling.
 * @param now of the definition in the file
 * @param former of the container's; null if nobody has read that one, so that every value that is not compared may be other
 * @returns paths below the service
 */
export function unprovedIn(pair: Pair, now: UnseenValues, former: UnseenValues | null): string[] {
  if (former === null) {
    const unseen = unseenIn(pair.declared, pair.stack).filter(({ followed }) => !followed);
    return [...new Set([...unseen.map(({ path }) => path), ...remainsIn(pair)])].toSorted();
  }
  const isOther = (path: string): boolean =>
    JSON.stringify(now[path] ?? null) !== JSON.stringify(former[path] ?? null);
  return [...new Set([...Object.keys(now), ...Object.keys(former)])].filter(isOther).toSorted();
}
