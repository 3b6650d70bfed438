import type { Candidate, DecisionEffect } from '../../contracts/autonomy.ts';

/** A past decision that the loop acted on. Instants in epoch ms. */
export interface PastAction {
  decision_id: string;
  key: string;
  at: number;
  plan_id: string | null;
  plan_status: string | null;
  effect: DecisionEffect | null;
  effect_at: number | null;
}

/** What a round knows about earlier rounds. */
export interface Memory {
  /** Newest first. */
  acted: PastAction[];
  actions_last_hour: number;
  actions_per_hour: number;
}

/** The key of a decision about the intents of a lane. */
export const laneKey = (laneId: string): string => `lane:${laneId}`;

const firstPauseMs = 5 * 60_000;
const longestPauseMs = 6 * 3_600_000;
/** How long to wait for an effect before judging it. */
const settleMs = 90_000;

const livePlans = new Set(['PENDING', 'WAITING', 'RUNNING']);
const refusedPlans = new Set(['REJECTED', 'CANCELLED']);

/** Why a candidate may not be chosen now; null if it may. */
export function notNow({ key }: Candidate, memory: Memory, now: number): string | null {
  const related = memory.acted.filter((one) => one.key === key);
  const [last] = related;
  if (last !== undefined) {
    if (last.plan_status === 'WAITING') return `${last.plan_id} waits for confirmation`;
    if (last.plan_status !== null && livePlans.has(last.plan_status))
      return `${last.plan_id} is in progress`;
    if (last.effect === null && now < last.at + settleMs)
      return 'the effect of the last action is not known yet';
    const until = last.at + pauseMs(related);
    if (now < until)
      return `the last action did not help; next attempt after ${new Date(until).toISOString()}`;
  }
  if (memory.actions_last_hour >= memory.actions_per_hour)
    return `the hourly limit is reached: ${memory.actions_last_hour} actions in the last hour`;
  return null;
}

/** The pause before the next attempt, in ms: doubles with each decision in a row that did not help; 0 after one that did. */
export function pauseMs(newestFirst: readonly Pick<PastAction, 'effect'>[]): number {
  const helped = newestFirst.findIndex(({ effect }) => effect === 'helped');
  const failures = helped === -1 ? newestFirst.length : helped;
  return failures === 0 ? 0 : Math.min(firstPauseMs * 2 ** (failures - 1), longestPauseMs);
}

/**
 * The effect of a decision, or null if it is not known yet. It depends on how the plan ended and on whether the subject
 * is still observed. A decision takes a lane's intents, so intents that wait in the lane afterwards are new.
 * @param present the keys of all current candidates
 */
export function effectOf(
  acted: PastAction,
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
