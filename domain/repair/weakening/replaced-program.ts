import { editDistance } from '../../checks/edit-distance.ts';
import { listOf, mapOf, textOf, weakening, type Candidate, type Weakening } from './word.ts';

/**
 * A service that runs something else than its own program: whatever that answers, the program is not mended. A name with a
 * typo, or in another case, stays the same program.
 */
export function replacedProgramWeakenings({ before, after, capture }: Candidate): Weakening[] {
  if (before === null || after === null) return [];
  const [old, now] = [mapOf(before['services']), mapOf(after['services'])];
  const files = new Set(capture.files.map(({ path }) => nameOf(path)));
  return Object.keys(old).flatMap((service) => {
    const is = wordsOf(now[service]);
    const own = wordsOf(old[service]).filter((word) => files.has(word));
    const lost = own.find((word) => !is.some((one) => isNear(word, one)));
    return lost === undefined || !Object.hasOwn(now, service)
      ? []
      : [weakening('program_replaced', service, `it no longer runs ${lost}`)];
  });
}

/** The words of what a service runs, without the folders of paths. */
const wordsOf = (service: unknown): string[] => {
  const { entrypoint, command } = mapOf(service);
  return [entrypoint, command]
    .flatMap((part) => [textOf(part), ...listOf(part).map(textOf)])
    .flatMap((text) => text.split(/[\s'";&|]+/))
    .filter((word) => word !== '')
    .map(nameOf);
};

const nameOf = (path: string): string => path.slice(path.lastIndexOf('/') + 1);
const isNear = (a: string, b: string): boolean =>
  editDistance(a.toLowerCase(), b.toLowerCase()) <= 2;
