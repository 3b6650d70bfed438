import type { Candidate, DecisionEffect } from '../../contracts/autonomy.ts';

/** What is known of a decision that was acted on. Instants in epoch ms. */
export interface Acted {
  decision_id: string;
  key: string;
  at: number;
  plan_id: string | null;
  plan_status: string | null;
  effect: DecisionEffect | null;
  effect_at: number | null;
}

/** What a round knows of the rounds before it. */
export interface Memory {
  /** Newest first. */
  acted: Acted[];
  actions_last_hour: number;
  actions_per_hour: number;
}

/** What a decision on the intents of a lane is known by. */
export const laneKey = (laneId: string): string => `lane:${laneId}`;

const firstPauseMs = 5 * 60_000;
const longestPauseMs = 6 * 3_600_000;
/** How long an effect has to show. */
const settleMs = 90_000;

const livePlans = new Set(['PENDING', 'WAITING', 'RUNNING']);
const refusedPlans = new Set(['REJECTED', 'CANCELLED']);

/** Why something is not to be done now; null where it may be. */
export function notNow({ key }: Candidate, memory: Memory, now: number): string | null {
  const mine = memory.acted.filter((one) => one.key === key);
  const [last] = mine;
  if (last !== undefined) {
    if (last.plan_status === 'WAITING') return `${last.plan_id} waits for a confirmation`;
    if (last.plan_status !== null && livePlans.has(last.plan_status))
      return `${last.plan_id} is under way`;
    if (last.effect === null && now < last.at + settleMs) return 'what was done has to show first';
    const until = last.at + pauseMs(mine);
    if (now < until) return `it did not help; again after ${new Date(until).toISOString()}`;
  }
  if (memory.actions_last_hour >= memory.actions_per_hour)
    return `${memory.actions_last_hour} actions were taken within an hour`;
  return null;
}

/** After each decision in a row that did not help, twice as long as before; none after one that did. */
export function pauseMs(newestFirst: readonly Pick<Acted, 'effect'>[]): number {
  const helped = newestFirst.findIndex(({ effect }) => effect === 'helped');
  const inVain = helped === -1 ? newestFirst.length : helped;
  return inVain === 0 ? 0 : Math.min(firstPauseMs * 2 ** (inVain - 1), longestPauseMs);
}

/**
 * What a decision came to, once it can be told: by how its plan ended, and by whether what it was about is still seen. A
 * lane's intents are taken with their decision: what waits in it afterwards is new.
 * @param present keys of what is seen now
 */
export function effectOf(
  acted: Acted,
  present: ReadonlySet<string>,
  now: number,
): DecisionEffect | null {
  const { plan_status: status } = acted;
  if (status !== null && livePlans.has(status)) return null;
  if (status !== null && refusedPlans.has(status)) return 'refused';
  if (status === null || status === 'ERROR') return 'failed';
  if (acted.key.startsWith(laneKey('')) || !present.has(acted.key)) return 'helped';
  return now >= acted.at + settleMs ? 'no_change' : null;
}
