import type { PlanStep, PlanView } from '../../contracts/plan.ts';
import type { StepEnd } from '../../domain/plans/plan-state.ts';

/** For the event log: who sent the message that an activity carries out. */
interface By {
  actor: string;
  /** The token behind the name; none for a part of VX11. */
  principal?: string;
  correlation_id: string;
}

/** A person's word on a plan that waits. */
export type Decision = By & { plan_id: string } & (
    | { kind: 'confirm'; confirm_hash: string }
    | { kind: 'renew'; plan_hash: string; confirm_hash: string; lookup_hash?: string | null }
    | { kind: 'reject'; reason: string | null }
    | { kind: 'expire' }
    | { kind: 'cancel'; reason: string | null }
  );

export interface StepInput {
  plan: Omit<PlanView, 'steps'>;
  step: PlanStep;
}
export interface RunStepInput extends StepInput {
  /** How often it has failed before: each try is written down once. Runs of older versions do not say it. */
  tries?: number;
}

/** What plans need from the outside; each is safe to run twice with the same input. */
export interface PlanActivities {
  /** Writes down what somebody decided, and gives the plan as it is then. */
  decide(decision: Decision): Promise<PlanView>;
  /**
   * Carries one step out, or finds that it was carried out before, and writes down how it came out. What the step
   * itself cannot do is an answer; it throws only what is worth another try. A plan that has ended begins nothing.
   */
  runStep(input: RunStepInput): Promise<StepEnd>;
  /** Takes back what a step did, or began to do. */
  undoStep(input: StepInput): Promise<StepEnd>;
  /** Writes down the end, with every step as it is. */
  endPlan(input: By & { plan: PlanView }): Promise<PlanView>;
}
