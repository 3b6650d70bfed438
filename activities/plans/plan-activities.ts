import type { PlanStep, PlanView } from '../../contracts/plan.ts';
import type { StepEnd } from '../../domain/plans/plan-state.ts';

/** Who requested an activity, for the event log. */
interface By {
  actor: string;
  /** The token behind the name; absent for a part of VX11. */
  principal?: string;
  correlation_id: string;
}

/** What a person typed into a form of an agent's program, as that program says. */
export interface InClient {
  /** The hash of the plan that the form showed. */
  plan_hash: string;
  /** The program, as it names itself. */
  client: string | null;
}

/** A person's decision on a waiting plan. */
export type Decision = By & { plan_id: string } & (
    | { kind: 'confirm'; confirm_hash: string; in_client?: InClient }
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
  /** The number of earlier failures: each attempt is recorded once. Absent in runs of older versions. */
  tries?: number;
}

/** The activities of plans; each is safe to run twice with the same input. */
export interface PlanActivities {
  /** Records a person's decision. @returns the plan after it */
  decide(decision: Decision): Promise<PlanView>;
  /**
   * Runs one step, unless an earlier attempt did, and records the outcome. A failure of the step is a result; only errors
   * that are worth a retry are thrown. If the plan has ended, the step does not begin.
   */
  runStep(input: RunStepInput): Promise<StepEnd>;
  /** Undoes what a step did, or began to do. */
  undoStep(input: StepInput): Promise<StepEnd>;
  /** Records the end of the plan, with the state of every step. */
  endPlan(input: By & { plan: PlanView }): Promise<PlanView>;
}
