/**
 * The most of these instants that lie within one span of time that ends at one of the newest of them, or now: a count that does
 * not depend on how often anybody looks.
 * @param kept those that were known before, and `fresh` those since then, both in order; epoch ms
 */
export function busiest(
  kept: readonly number[],
  fresh: readonly number[],
  { within_ms, now }: { within_ms: number; now: number },
): number {
  const all = [...kept, ...fresh];
  let most = all.filter((at) => at > now - within_ms).length;
  let first = 0;
  for (let nth = kept.length; nth < all.length; nth += 1) {
    while (all[first]! <= all[nth]! - within_ms) first += 1;
    most = Math.max(most, nth - first + 1);
  }
  return most;
}
