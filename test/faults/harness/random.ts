/** The seed of all random choices of the suite: the same seed repeats the same choices. */
export const seed = Number(process.env.VX11_FAULT_SEED ?? Math.floor(Math.random() * 1e9));

export interface RandomChoice {
  /** An integer from `least` up to, but not including, `limit`. */
  between(least: number, limit: number): number;
  pick<T>(from: readonly T[]): T;
}

/** @param name the purpose of the choices; each name has its own sequence */
export function randomFor(name: string): RandomChoice {
  let state = seed >>> 0;
  for (const letter of name) state = (Math.imul(state, 31) + letter.charCodeAt(0)) >>> 0;
  // mulberry32
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (least: number, limit: number): number =>
    least + Math.floor(next() * (limit - least));
  return { between, pick: (from) => from[between(0, from.length)]! };
}
