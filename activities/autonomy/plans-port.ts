import type { WishedStep } from '../../domain/autonomy-steps.ts';

/** A plan as the loop sees it. */
export interface PlanState {
  plan_id: string;
  status: string;
}

/** The planner, as the loop asks it: it works out each step's risk, and what is risky waits for a person. */
export interface PlansPort {
  /** The same correlation id gives the same plan. */
  propose(wish: {
    actor: string;
    steps: WishedStep[];
    reason: string;
    correlation_id: string;
  }): Promise<PlanState>;
  find(planId: string): Promise<PlanState | null>;
  /** How many plans wait for a confirmation. */
  waiting(): Promise<number>;
}

/** Where nobody plans: every wish is refused, and the loop only says what it would do. */
export const noPlans: PlansPort = {
  propose: () => Promise.reject(new Error('nobody plans here')),
  find: () => Promise.resolve(null),
  waiting: () => Promise.resolve(0),
};
