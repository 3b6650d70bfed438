import { editDistance } from '../../checks/edit-distance.ts';

/** The one of several words that is nearest, at most two edits away; null for none, or for several alike. */
export function nearest(word: string, known: Iterable<string>, most = 2): string | null {
  const ranked = [...new Set(known)]
    .map((one) => ({ one, distance: editDistance(word, one) }))
    .filter(({ distance }) => distance <= most)
    .toSorted((a, b) => a.distance - b.distance);
  const [first, second] = ranked;
  return first === undefined || first.distance === second?.distance ? null : first.one;
}
