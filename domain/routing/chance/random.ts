/** Returns the next number of a stream, at least 0 and below 1. */
export type Random = () => number;

/**
 * A stream of numbers from 32 bits of state (mulberry32, by Tommy Ettinger). It is for draws that can be repeated, not for
 * secrets.
 *
 * @param seed a whole number; its lowest 32 bits are used
 */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 0x1_0000_0000;
  };
}

/**
 * The seed of a named stream. Each target draws from its own, so that its draws do not depend on which other targets are
 * there, or on their order.
 */
export function seedFor(seed: number, name: string): number {
  let hash = (seed ^ 0x811c9dc5) >>> 0;
  for (let at = 0; at < name.length; at += 1)
    hash = Math.imul(hash ^ name.charCodeAt(at), 0x01000193); // FNV-1a
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
