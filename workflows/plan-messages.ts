import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { Decision, InClient } from '../activities/plans/plan-activities.ts';
import type { PlanView } from '../contracts/plan.ts';
import type { Actor } from './messages.ts';

export type { InClient };

/** Input of `runPlan`: the plan as it was stored, PENDING or WAITING. */
export interface RunPlan {
  plan: PlanView;
  /** The task queue of the madre that owns the plan: other ones, with another store, may share this Temporal. */
  queue: string;
  /** When earlier runs issued new tokens, in epoch ms, oldest first; none by default. */
  renewals?: number[];
  /** What an earlier run could not store yet: a decision on a waiting plan, or the plan's end. */
  decision?: Decision;
  end?: PlanEnd;
}

/** How a plan that ran has ended, and who ended it. */
export interface PlanEnd extends Actor {
  change: Pick<PlanView, 'status' | 'error' | 'ended_by' | 'finished_at'>;
}

export interface ConfirmPlan extends Actor {
  /** The hash of the confirm token: never the token itself. */
  confirm_hash: string;
  /** In place of a confirm token, for a plan of the sender's own. */
  in_client?: InClient;
}
export interface RenewToken extends Actor {
  /** The hash of the plan that the caller saw. */
  plan_hash: string;
  confirm_hash: string;
  /** Finds the plan by its token; absent from older gateways. */
  lookup_hash?: string | null;
}
export interface EndPlan extends Actor {
  reason: string | null;
  /** Of a cancel: a plan that no longer waits goes on. */
  only_waiting?: boolean;
}

/**
 * Records one person's confirmation. Fails with an ApplicationFailure whose type is an error code: `wrong_confirm_token`,
 * `self_approval`, `confirm_token_used`, `confirm_token_expired`, `plan_changed`.
 */
export const confirmPlan = defineUpdate<PlanView, [ConfirmPlan]>('confirmPlan');
/**
 * Replaces the confirm token with a new one. Fails as `confirmPlan` does, and with `too_many_requests`, whose detail is
 * `{ retry_after_seconds }`.
 */
export const renewPlanToken = defineUpdate<PlanView, [RenewToken]>('renewPlanToken');
/** Ends a plan that waits. Fails with `confirm_token_used` once it no longer waits. */
export const rejectPlan = defineUpdate<PlanView, [EndPlan]>('rejectPlan');
/**
 * Ends a plan that waits or runs and undoes what it did; returns when that is done. Fails with `too_many_requests` if
 * storing the end takes so long that the plan continues in a new run.
 */
export const cancelPlan = defineUpdate<PlanView, [EndPlan]>('cancelPlan');
export const planState = defineQuery<PlanView>('planState');
