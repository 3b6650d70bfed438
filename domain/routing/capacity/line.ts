/** One request that waits for a place. */
export interface Waiting {
  owner: string;
  /** The smaller, the sooner. */
  priority: number;
  since_ms: number;
}

/** After each such time a request counts as one class more urgent, so that none waits for ever. */
const ageMs = 15_000;

/**
 * Which of those that wait is next: the most urgent class, in it the owner whose turn is longest ago, and of that owner the
 * one that came first. -1 if nobody waits.
 *
 * @param lastTurns when each owner last got a place, in any rising number
 */
export function nextInLine(
  waiting: readonly Waiting[],
  lastTurns: ReadonlyMap<string, number>,
  now: number,
): number {
  let best = -1;
  const rank = ({ owner, priority, since_ms }: Waiting): [number, number, number] => [
    priority - Math.floor(Math.max(0, now - since_ms) / ageMs),
    lastTurns.get(owner) ?? -1,
    since_ms,
  ];
  waiting.forEach((one, at) => {
    if (best < 0 || isLess(rank(one), rank(waiting[best]!))) best = at;
  });
  return best;
}

function isLess(one: readonly number[], other: readonly number[]): boolean {
  const at = one.findIndex((value, index) => value !== other[index]);
  return at >= 0 && one[at]! < other[at]!;
}
