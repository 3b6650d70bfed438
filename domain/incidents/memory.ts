import type { Rule, Sighting, Subject } from './ant.ts';

/** How many looks are kept to see whether trouble comes and goes. */
export const keptLooks = 20;
const flappingChanges = 4;
const flappingClears = 4;

/** What earlier looks at a subject have left. Instants in epoch ms. */
export interface Memory extends Subject {
  ant: string;
  /** Looks in a row that saw trouble, since when; 0 and null if the last one did not. */
  bad_looks: number;
  bad_since: number | null;
  good_looks: number;
  good_since: number | null;
  /** The last looks, oldest first: `b` for trouble, `g` for none. */
  looks: string;
  last_look_at: number;
  /** An incident of it is open. */
  open: boolean;
  flapping: boolean;
  /** That it opened, came back or rose was announced to nobody, since another incident explained it. Absent in older ones. */
  withheld?: boolean;
  /** How long it has to be gone, as the last look that saw it said. */
  clear: Rule['clear'];
}

export type MemoryChange = 'opens' | 'lasts' | 'clears' | null;

const blank = (ant: string, { kind, service, subkey, rule }: Sighting): Memory => ({
  ant,
  kind,
  service,
  subkey,
  bad_looks: 0,
  bad_since: null,
  good_looks: 0,
  good_since: null,
  looks: '',
  last_look_at: 0,
  open: false,
  flapping: false,
  clear: rule.clear,
});

/** How often trouble came or went. */
const changesIn = (looks: string): number =>
  looks.split('').filter((look, nth) => nth > 0 && look !== looks[nth - 1]).length;

/**
 * Takes one look into the memory of its subject. A look that is not newer than the last one, and one that saw nothing, change
 * nothing: neither opens or clears anything.
 * @returns null as the memory where there is nothing to remember
 */
export function remember(
  before: Memory | null,
  sighting: Sighting,
  { ant, at }: { ant: string; at: number },
): { memory: Memory | null; change: MemoryChange } {
  const known = before ?? blank(ant, sighting);
  if (sighting.state === 'unknown' || at <= known.last_look_at) {
    return { memory: before, change: null };
  }
  const isBad = sighting.state === 'bad' || (sighting.state === 'between' && known.open);
  const looks = (known.looks + (isBad ? 'b' : 'g')).slice(-keptLooks);
  if (!looks.includes('b') && !known.open) return { memory: null, change: null };
  const now: Memory = {
    ...known,
    looks,
    last_look_at: at,
    bad_looks: isBad ? known.bad_looks + 1 : 0,
    bad_since: isBad ? (known.bad_since ?? at) : null,
    good_looks: isBad ? 0 : known.good_looks + 1,
    good_since: isBad ? null : (known.good_since ?? at),
    clear: sighting.rule.clear,
  };
  const { open, clear } = sighting.rule;
  if (isBad) {
    const lasts = now.bad_looks >= open.looks && at - now.bad_since! >= open.ms;
    const opens = known.open || lasts;
    const flapping = opens && (known.flapping || changesIn(looks) >= flappingChanges);
    const change = known.open ? 'lasts' : opens ? 'opens' : null;
    return { memory: { ...now, open: opens, flapping }, change };
  }
  const needed = known.flapping ? Math.max(clear.looks, flappingClears) : clear.looks;
  const clears = known.open && now.good_looks >= needed && at - now.good_since! >= clear.ms;
  if (clears) return { memory: { ...now, open: false, flapping: false }, change: 'clears' };
  const flapping = known.flapping || (known.open && changesIn(looks) >= flappingChanges);
  return { memory: { ...now, flapping }, change: null };
}

/** Whether the next look decides something, so that it should come soon. */
export const isPending = ({ open, bad_looks, good_looks }: Memory): boolean =>
  open ? good_looks > 0 : bad_looks > 0;
