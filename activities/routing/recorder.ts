import type { NewEvent } from '../../contracts/event.ts';
import type { RoutingBeliefs } from '../../contracts/routing-beliefs.ts';
import type { StoredDecision } from '../../contracts/routing-call.ts';
import { learnFeedback } from '../../domain/routing/learning/learn.ts';
import type { RoutingStore } from '../../store/routing/routing.ts';
import type { Feedback } from '../../store/routing/feedback.ts';
import type { Budget } from './state/budget.ts';
import type { LimitChange, Limits } from './state/limits.ts';
import type { Wakes } from './state/wakes.ts';

/** Decisions that wait to be written; above this the oldest are dropped, and what was learned from them stays. */
const mostWaiting = 2000;
/** Decisions are kept this long. */
const keptMs = 30 * 86_400_000;
const forgetEveryMs = 3_600_000;
const feedbackAtOnce = 500;

export interface Recorder {
  add(decision: StoredDecision): void;
  /** Writes everything that waits. What could not be written is tried again by the next call. */
  flush(): Promise<void>;
}

export interface RecorderDeps {
  store: RoutingStore;
  beliefs: RoutingBeliefs;
  limits: Limits;
  budget: Budget;
  wakes: Wakes;
  clock: () => number;
  dropped: (records: number) => void;
}

/** Writes behind: a request never waits for the store. */
export function createRecorder(deps: RecorderDeps): Recorder {
  const { store, beliefs, limits, budget, wakes, clock } = deps;
  let waiting: StoredDecision[] = [];
  let changes: LimitChange[] = [];
  let settlements = budget.drain();
  /** Something was learned since beliefs were last written. */
  let learned = true;
  let forgotAt = clock();

  const learnWaiting = async (): Promise<void> => {
    const given = await store.feedback.waiting(feedbackAtOnce);
    for (const one of given) await learnOne(one);
    if (given.length > 0) learned = true;
    await store.feedback.applied(given.map(({ decision_id }) => decision_id));
  };
  const learnOne = async ({ decision_id, score }: Feedback): Promise<void> => {
    const decision = await store.decisions.find(decision_id);
    const { target, reward } = decision?.outcome ?? { target: null, reward: null };
    if (decision === null || target === null || reward === null) return;
    const { type } = decision.record.request;
    learnFeedback(beliefs, { target, type }, reward, score);
  };

  const unlearned = (error: unknown): never => {
    learned = true;
    throw error;
  };

  return {
    add(decision) {
      waiting.push(decision);
      learned = true; // whatever a request teaches, it does before its end
      if (waiting.length <= mostWaiting) return;
      deps.dropped(waiting.length - mostWaiting);
      waiting = waiting.slice(-mostWaiting);
    },
    async flush() {
      const now = clock();
      const batch = waiting;
      if (batch.length > 0) {
        await store.decisions.save(batch);
        waiting = waiting.slice(waiting.indexOf(batch.at(-1)!) + 1);
      }
      settlements.push(...budget.drain());
      if (settlements.length > 0) {
        await store.spend.settle(settlements);
        settlements = [];
      }
      changes.push(...limits.drain());
      if (changes.length > 0) {
        const rows = changes.map(({ scope, provider, record }) =>
          record === null
            ? { scope, record: null }
            : { scope, provider, at: now, record: JSON.stringify(record) },
        );
        await store.state.saveLimits(rows, eventsOf(changes, now));
        changes = [];
      }
      await learnWaiting();
      if (learned) {
        learned = false;
        await store.state.write('beliefs', beliefs, now).catch(unlearned);
        await store.state.write('wakes', wakes.toJSON(), now).catch(unlearned);
      }
      if (now - forgotAt > forgetEveryMs) {
        await store.decisions.forget(now - keptMs);
        forgotAt = now;
      }
    },
  };
}

/** One event for each key or target that went out of use or came back. */
const eventsOf = (changes: readonly LimitChange[], at: number): NewEvent[] =>
  changes.flatMap(({ scope, turned, reason, until_ms }) =>
    turned === null
      ? []
      : [
          {
            type:
              turned === 'out' ? ('routing.target_out' as const) : ('routing.target_back' as const),
            at,
            actor: 'switch',
            payload: { scope, reason, until_ms },
          },
        ],
  );
