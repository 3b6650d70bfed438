import type { PlanStep, PlanView } from '../../contracts/plan.ts';

type Steps = (planId: string, step: PlanStep) => void;

/** Publishes the progress of plans within this process, as soon as it is stored. */
export interface PlanEventBus {
  step(plan: Pick<PlanView, 'plan_id' | 'intent_id'>, step: PlanStep): void;
  /** Follows the steps of an intent's plan, even before the plan exists. @returns a function that unsubscribes */
  follow(intentId: string, onStep: Steps): () => void;
  end(plan: PlanView): void;
  /** Returns the plan at its end; null if it does not end within `limitMs`. Call it before the plan can end. */
  ended(planId: string, limitMs: number): Promise<PlanView | null>;
}

/** Ended plans that are remembered for callers that come a moment later. */
const remembered = 50;

export function createPlanEventBus(): PlanEventBus {
  const waiting = new Map<string, Set<(plan: PlanView) => void>>();
  const recent = new Map<string, PlanView>();
  const followers = new Map<string, Steps>();
  return {
    step({ plan_id, intent_id }, step) {
      if (intent_id !== null) followers.get(intent_id)?.(plan_id, step);
    },
    follow(intentId, onStep) {
      followers.set(intentId, onStep);
      return () => void followers.delete(intentId);
    },
    end(plan) {
      recent.set(plan.plan_id, plan);
      if (recent.size > remembered) recent.delete(recent.keys().next().value!);
      for (const onEnd of waiting.get(plan.plan_id) ?? []) onEnd(plan);
      waiting.delete(plan.plan_id);
    },
    ended(planId, limitMs) {
      const known = recent.get(planId);
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((resolve) => {
        const listeners = waiting.get(planId) ?? new Set();
        const timer = setTimeout(() => {
          listeners.delete(onEnd);
          if (listeners.size === 0) waiting.delete(planId);
          resolve(null);
        }, limitMs);
        const onEnd = (plan: PlanView): void => {
          clearTimeout(timer);
          resolve(plan);
        };
        waiting.set(planId, listeners.add(onEnd));
      });
    },
  };
}
