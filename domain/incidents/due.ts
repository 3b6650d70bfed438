import type { AntView } from '../../contracts/incidents.ts';
import type { Ant } from './ant.ts';
import { isPending, type Memory } from './memory.ts';
import {
  backoffMs,
  budget,
  experienced,
  faultRate,
  intervals,
  nextLook,
  weightOf,
  type Experience,
} from './weights.ts';

/** What is kept of one ant on one host. Instants in epoch ms. */
export interface AntState {
  ant: string;
  experience: Experience;
  cost_ms: number;
  every_ms: number;
  last_look_at: number | null;
  last_hit_at: number | null;
  next_look_at: number;
  failures: number;
  last_error: string | null;
}

/** How much longer the pauses are while the host is under pressure. */
const pressedFactor = 3;
/** How much of the newest look goes into the smoothed cost. */
const costShare = 0.2;

export const newState = ({ name, cost_ms }: Ant, at: number): AntState => ({
  ant: name,
  experience: { hits: 0, hours: 0, at },
  cost_ms,
  every_ms: 0,
  last_look_at: null,
  last_hit_at: null,
  next_look_at: at,
  failures: 0,
  last_error: null,
});

/**
 * The ants whose look is due: by their weights, because one of their subjects is about to open or clear, or because the Engine
 * announced something that concerns them.
 */
export function dueAnts(
  ants: readonly Ant[],
  states: ReadonlyMap<string, AntState>,
  { at, memories, woken }: { at: number; memories: readonly Memory[]; woken: ReadonlySet<string> },
): Ant[] {
  const pending = Map.groupBy(memories.filter(isPending), (memory) => memory.ant);
  return ants.filter((one) => {
    const { name, least_ms, soon_ms } = one;
    const state = states.get(name);
    if (state === undefined || state.next_look_at <= at) return true;
    // one whose looks fail waits for its turn
    if (state.failures > 0) return false;
    if (least_ms === undefined) return pending.has(name) || woken.has(name);
    // so does one that is expensive
    if (soon_ms === undefined) return false;
    const last = state.last_look_at ?? -Infinity;
    // a subject whose looks do not count at present decides nothing
    const decides = (pending.get(name) ?? []).some(({ last_look_at }) => last_look_at >= last);
    if (decides && at - last >= soon_ms) return true;
    // however many events there are, its looks stay within the budget
    return woken.has(name) && at - last >= Math.max(soon_ms, state.cost_ms / budget);
  });
}

/** What a look leaves behind; null as its error if it succeeded. */
export interface LookEnd {
  took_ms: number;
  hits: number;
  error: string | null;
}

/** The states after a round, with the time of the next look of those that had one. @param random from 0 to 1, for each call */
export function afterRound(
  ants: readonly Ant[],
  states: ReadonlyMap<string, AntState>,
  ends: ReadonlyMap<string, LookEnd>,
  { at, pressed, random }: { at: number; pressed: boolean; random: () => number },
): AntState[] {
  const now = ants.map((one) => {
    const state = states.get(one.name) ?? newState(one, at);
    const end = ends.get(one.name);
    if (end === undefined) return state;
    const { took_ms, hits, error } = end;
    if (error !== null) return { ...state, failures: state.failures + 1, last_error: error };
    return {
      ...state,
      experience: experienced(state.experience, at, hits),
      cost_ms: state.cost_ms * (1 - costShare) + took_ms * costShare,
      last_look_at: at,
      last_hit_at: hits > 0 ? at : state.last_hit_at,
      failures: 0,
      last_error: null,
    };
  });
  const weighed = now.map((state, nth) => ({ ...state, weight: weightIn(ants[nth]!, state) }));
  const every = intervals(weighed);
  return now.map((state, nth) => {
    const { name, least_ms = 0 } = ants[nth]!;
    const every_ms = Math.max(every[nth]!, least_ms) * (pressed ? pressedFactor : 1);
    if (!ends.has(name)) return { ...state, every_ms };
    const next_look_at =
      state.failures > 0 ? at + backoffMs(state.failures) : nextLook(at, every_ms, random());
    return { ...state, every_ms, next_look_at };
  });
}

const weightIn = ({ severity }: Ant, { experience, cost_ms }: AntState): number =>
  weightOf(severity, faultRate(experience), cost_ms);

/** How an ant is shown. */
export function antView(host: string, one: Ant, state: AntState): AntView {
  const iso = (at: number | null): string | null =>
    at === null ? null : new Date(at).toISOString();
  return {
    ant: one.name,
    host,
    weight: weightIn(one, state),
    fault_rate: faultRate(state.experience),
    cost_ms: state.cost_ms,
    every_seconds: state.every_ms / 1000,
    last_look_at: iso(state.last_look_at),
    last_hit_at: iso(state.last_hit_at),
    next_look_at: new Date(state.next_look_at).toISOString(),
    last_error: state.last_error,
  };
}
