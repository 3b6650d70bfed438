/** What a load saw at one of its looks; shares of the host's CPU. */
export interface PaceLook {
  /** In seconds. */
  at: number;
  cpu: number;
  own: number;
  others: number;
}

export interface PaceFigures {
  /** Seconds in which others left room below the bound. */
  held: number;
  /** The share of these that were more than 5 points over the bound. */
  over: number;
  /** How much longer the load took than if it had used all the room below the bound. */
  slower: number;
}

/** The pace aims 2 points below the bound: in a second with less room than this, these alone would be most of it. */
const leastRoom = 0.12;

/** How well a load kept to its bound, in the seconds in which others left it room. */
export function paceFigures(looks: readonly PaceLook[], bound: number): PaceFigures {
  const mean = (group: readonly PaceLook[], field: 'cpu' | 'others'): number =>
    group.reduce((sum, look) => sum + look[field], 0) / group.length;
  const seconds = [...Map.groupBy(looks, ({ at }) => Math.floor(at)).values()];
  const held = seconds.filter((group) => mean(group, 'others') <= bound - leastRoom);
  const over = held.filter((group) => mean(group, 'cpu') > bound + 0.05);
  const inHeld = held.flat();
  const room = inHeld.reduce((sum, { others }) => sum + Math.max(0, bound - others), 0);
  const used = inHeld.reduce((sum, { own }) => sum + own, 0);
  return { held: held.length, over: over.length / Math.max(1, held.length), slower: room / used };
}
