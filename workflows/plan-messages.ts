import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { Decision } from '../activities/plans/plan-activities.ts';
import type { PlanView } from '../contracts/plan.ts';
import type { Sender } from './messages.ts';

/** What a plan is started with: as it was stored, PENDING or WAITING. */
export interface RunPlan {
  plan: PlanView;
  /** Of the madre whose plan it is: others may share this Temporal, and have another store. */
  queue: string;
  /** When the runs before this one gave out tokens, in epoch ms, oldest first; none where left out. */
  renewals?: number[];
  /** What an earlier run of this plan could not write yet: a decision on a plan that waits, or the end. */
  decision?: Decision;
  end?: PlanEnd;
}

/** How a plan that ran has ended, and by whom. */
export interface PlanEnd extends Sender {
  change: Pick<PlanView, 'status' | 'error' | 'ended_by' | 'finished_at'>;
}

export interface ConfirmPlan extends Sender {
  /** What is kept of the token that was shown: never the token itself. */
  confirm_hash: string;
}
export interface RenewToken extends Sender {
  /** The plan as the asker saw it. */
  plan_hash: string;
  confirm_hash: string;
  /** Finds the plan by its token; left out by older gateways. */
  lookup_hash?: string | null;
}
export interface EndPlan extends Sender {
  reason: string | null;
}

/**
 * One person agrees. Fails with an ApplicationFailure whose type is an error code: `wrong_confirm_token`,
 * `self_approval`, `confirm_token_used`, `confirm_token_expired`, `plan_changed`.
 */
export const confirmPlan = defineUpdate<PlanView, [ConfirmPlan]>('confirmPlan');
/**
 * Voids the token and puts another in its place. Fails as `confirmPlan` does, and with `too_many_requests`, whose detail
 * is `{ retry_after_seconds }`.
 */
export const renewPlanToken = defineUpdate<PlanView, [RenewToken]>('renewPlanToken');
/** Ends a plan that waits. Fails with `confirm_token_used` once it does not wait any more. */
export const rejectPlan = defineUpdate<PlanView, [EndPlan]>('rejectPlan');
/**
 * Ends a plan that waits or runs; what it did is taken back. Returns when that is done. Fails with `too_many_requests`
 * where the end cannot be written for so long that the plan continues in a new run.
 */
export const cancelPlan = defineUpdate<PlanView, [EndPlan]>('cancelPlan');
export const planState = defineQuery<PlanView>('planState');
