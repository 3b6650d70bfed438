import type { PlanStep, PlanView } from '../../contracts/plan.ts';

type Steps = (planId: string, step: PlanStep) => void;

/** Tells within this process how plans come on, as soon as that is written down. */
export interface PlanEventBus {
  step(plan: Pick<PlanView, 'plan_id' | 'intent_id'>, step: PlanStep): void;
  /** Hears of the steps of the plan that comes of this intent, also before anybody knows that plan. @returns ends it */
  follow(intentId: string, hear: Steps): () => void;
  tell(plan: PlanView): void;
  /** The plan as it ended; null where that does not come within the time. Listen before it can end. */
  ended(planId: string, limitMs: number): Promise<PlanView | null>;
}

/** So many ends are remembered for those who ask a moment later. */
const remembered = 50;

export function createPlanEventBus(): PlanEventBus {
  const waiting = new Map<string, Set<(plan: PlanView) => void>>();
  const recent = new Map<string, PlanView>();
  const followers = new Map<string, Steps>();
  return {
    step({ plan_id, intent_id }, step) {
      if (intent_id !== null) followers.get(intent_id)?.(plan_id, step);
    },
    follow(intentId, hear) {
      followers.set(intentId, hear);
      return () => void followers.delete(intentId);
    },
    tell(plan) {
      recent.set(plan.plan_id, plan);
      if (recent.size > remembered) recent.delete(recent.keys().next().value!);
      for (const hear of waiting.get(plan.plan_id) ?? []) hear(plan);
      waiting.delete(plan.plan_id);
    },
    ended(planId, limitMs) {
      const known = recent.get(planId);
      if (known !== undefined) return Promise.resolve(known);
      return new Promise((resolve) => {
        const hears = waiting.get(planId) ?? new Set();
        const timer = setTimeout(() => {
          hears.delete(hear);
          if (hears.size === 0) waiting.delete(planId);
          resolve(null);
        }, limitMs);
        const hear = (plan: PlanView): void => {
          clearTimeout(timer);
          resolve(plan);
        };
        waiting.set(planId, hears.add(hear));
      });
    },
  };
}
