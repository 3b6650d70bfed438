import type { PlanView } from '../../contracts/plan.ts';

/** Tells within this process that a plan has ended, as soon as that is written down. */
export interface PlanNews {
  tell(plan: PlanView): void;
  /** The plan as it ended; null where that does not come within the time. Listen before it can end. */
  ended(planId: string, limitMs: number): Promise<PlanView | null>;
}

/** So many ends are remembered for those who ask a moment later. */
const remembered = 50;

export function createPlanNews(): PlanNews {
  const waiting = new Map<string, Set<(plan: PlanView) => void>>();
  const recent = new Map<string, PlanView>();
  return {
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
