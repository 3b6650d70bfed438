import { randomUUID } from 'node:crypto';
import { VX11Error } from '../../contracts/errors.ts';
import type { PlanView } from '../../contracts/plan.ts';
import { isSameWho, whoSent } from '../../contracts/principal.ts';
import { planHasEnded } from '../../domain/plans/plan-state.ts';
import { sha256 } from '../../platform/hash.ts';
import {
  confirmHashOf,
  keptTokenOf,
  newConfirmToken,
  sameHash,
} from '../../platform/plan-token.ts';
import type { Actor } from '../../workflows/messages.ts';
import type { InClient } from '../../workflows/plan-messages.ts';
import type { GatewayDeps } from '../deps.ts';
import { WorkflowGone } from '../temporal/not-taken.ts';

/** How long madre may take to store a decision. */
const decideLimitMs = 10_000;
/** How far Temporal's clock may be ahead of madre's. */
const clockMarginMs = 1000;
/** More token requests than a workflow run takes at once would block a confirmation. */
const renewalsAtOnce = 3;
/** A cancel waits until the completed steps are undone. */
const cancelLimitMs = 170_000;

/** People's decisions on existing plans. Each method throws `plan_not_found` for an unknown plan. */
export interface PlanControl {
  find(id: string): Promise<PlanView>;
  /**
   * Confirms a plan. Repeated confirmations by the same person with the same token count once.
   * Throws `nothing_to_confirm`, `wrong_confirm_token`, `self_approval`, `confirm_token_used`,
   * `confirm_token_expired`, `plan_changed`.
   */
  confirm(id: string, token: string, sender: Actor): Promise<PlanView>;
  /**
   * Makes a new confirm token for the plan as it was shown, and voids the previous one. Throws `too_many_requests` if the
   * plan gave out too many.
   */
  renewToken(
    id: string,
    planHash: string,
    sender: Actor,
  ): Promise<{ plan: PlanView; token: string }>;
  /**
   * Confirms a plan of the sender's own, by what a person typed into a form of the agent's program. Throws `plan_changed`,
   * `self_approval` if that may not confirm this plan, `confirm_token_used`, `confirm_token_expired`.
   */
  confirmInClient(id: string, by: InClient, sender: Actor): Promise<PlanView>;
  reject(id: string, reason: string | null, sender: Actor): Promise<PlanView>;
  cancel(id: string, sender: Actor): Promise<PlanView>;
  /** Ends a plan that waits, for the one who asked for it. A plan of others is unknown here; one that runs goes on. */
  withdraw(id: string, sender: Actor): Promise<PlanView>;
}

export const noSuchPlan = (id: string): VX11Error =>
  new VX11Error('plan_not_found', `${id} is not known here; GET /madre/plans lists all.`);

export function createPlanControl(
  deps: Pick<GatewayDeps, 'store' | 'temporal' | 'clock'>,
): PlanControl {
  const find = async (id: string): Promise<PlanView> => {
    const plan = await deps.store().plans.find(id);
    if (plan === null) throw noSuchPlan(id);
    return plan;
  };
  const isTokenOf = async (plan: PlanView, token: string): Promise<boolean> => {
    const kept = await deps.store().plans.confirmHash(plan.plan_id);
    return kept !== null && sameHash(kept, confirmHashOf(plan.plan_hash, token));
  };
  /** The reason why a plan accepts no more decisions. */
  const refuseDecided = (plan: PlanView): void => {
    if (plan.confirmation === null) {
      throw new VX11Error('nothing_to_confirm', `${plan.plan_id} needs no confirmation.`);
    }
    if (plan.status === 'WAITING' && deps.clock() < Date.parse(plan.confirmation.expires_at))
      return;
    // an old token may also have the name madre, and have rejected the plan before it expired
    const end = Date.parse(plan.finished_at ?? '');
    const due = Date.parse(plan.confirmation.expires_at) - clockMarginMs;
    const expired = plan.ended_by === 'madre' && end >= due;
    if (plan.status === 'WAITING' || expired) {
      throw new VX11Error(
        'confirm_token_expired',
        'The time to confirm this plan is over; send the request again.',
      );
    }
    throw new VX11Error(
      'confirm_token_used',
      `${plan.plan_id} is ${plan.status}: it has already been decided.`,
    );
  };
  const renewing = new Map<string, number>();
  const oneOfFewRenewals = async <T>(id: string, renew: () => Promise<T>): Promise<T> => {
    const others = renewing.get(id) ?? 0;
    if (others >= renewalsAtOnce) {
      const detail = 'Other tokens of this plan are being made. Try again in 1 s.';
      throw new VX11Error('too_many_requests', detail, { retryAfterSeconds: 1 });
    }
    renewing.set(id, others + 1);
    try {
      return await renew();
    } finally {
      const left = renewing.get(id)! - 1;
      if (left === 0) renewing.delete(id);
      else renewing.set(id, left);
    }
  };
  /** A run that ended before it answered has reached another decision. */
  const unlessGone = async (id: string, work: Promise<PlanView>): Promise<PlanView> => {
    try {
      return await work;
    } catch (error) {
      if (!(error instanceof WorkflowGone)) throw error;
      const plan = await find(id);
      if (!planHasEnded(plan)) {
        const detail = 'This plan has not been started yet; try again shortly.';
        throw new VX11Error('temporal_unavailable', detail, { retryAfterSeconds: 5, cause: error });
      }
      throw new VX11Error('plan_ended', `${id} is ${plan.status}.`, { cause: error });
    }
  };
  return {
    find,
    async confirm(id, token, sender) {
      const plan = await find(id);
      if (plan.confirmation === null) refuseDecided(plan);
      if (!(await isTokenOf(plan, token))) {
        throw new VX11Error(
          'wrong_confirm_token',
          'This is not a token of this plan. Get one at POST /madre/plans/{id}/token.',
        );
      }
      refuseDecided(plan);
      const people = await deps.store().plans.people(id);
      const isOwn = people !== null && isSameWho(whoSent(sender), people.actor);
      if (plan.confirmation!.no_self_approval && isOwn) {
        throw new VX11Error(
          'self_approval',
          'You asked for this plan: another person has to confirm it.',
        );
      }
      const confirm_hash = confirmHashOf(plan.plan_hash, token);
      // a double click counts once: the id is made of the token and the person
      const updateId = sha256(`confirm\n${confirm_hash}\n${sender.principal ?? sender.actor}`);
      const call = { limitMs: decideLimitMs, updateId };
      return unlessGone(id, deps.temporal.plans.confirm(id, { ...sender, confirm_hash }, call));
    },
    async confirmInClient(id, in_client, sender) {
      refuseDecided(await find(id));
      const updateId = sha256(
        `in client\n${in_client.plan_hash}\n${sender.principal ?? sender.actor}`,
      );
      const call = { limitMs: decideLimitMs, updateId };
      const message = { ...sender, confirm_hash: '', in_client };
      return unlessGone(id, deps.temporal.plans.confirm(id, message, call));
    },
    async renewToken(id, planHash, sender) {
      const plan = await find(id);
      refuseDecided(plan);
      if (!sameHash(plan.plan_hash, planHash)) {
        throw new VX11Error(
          'plan_changed',
          'The plan has changed since you saw it. Look at it again.',
        );
      }
      const token = newConfirmToken();
      const message = {
        ...sender,
        plan_hash: planHash,
        ...keptTokenOf(planHash, token),
      };
      const call = { limitMs: decideLimitMs, updateId: randomUUID() };
      const renewed = await oneOfFewRenewals(id, () =>
        unlessGone(id, deps.temporal.plans.renewToken(id, message, call)),
      );
      return { plan: renewed, token };
    },
    async reject(id, reason, sender) {
      refuseDecided(await find(id));
      const call = {
        limitMs: decideLimitMs,
        updateId: `reject:${sender.principal ?? sender.actor}`,
      };
      return unlessGone(id, deps.temporal.plans.reject(id, { ...sender, reason }, call));
    },
    async withdraw(id, sender) {
      const plan = await find(id);
      const people = await deps.store().plans.people(id);
      if (people === null || !isSameWho(whoSent(sender), people.actor)) throw noSuchPlan(id);
      if (plan.status === 'CANCELLED') return plan;
      if (plan.status !== 'WAITING') {
        throw new VX11Error('plan_ended', `${id} is ${plan.status}: it no longer waits.`);
      }
      const call = { limitMs: decideLimitMs, updateId: 'withdraw' };
      const message = { ...sender, reason: 'withdrawn', only_waiting: true };
      return unlessGone(id, deps.temporal.plans.cancel(id, message, call));
    },
    async cancel(id, sender) {
      const plan = await find(id);
      if (plan.status === 'CANCELLED') return plan;
      if (planHasEnded(plan)) throw new VX11Error('plan_ended', `${id} is ${plan.status}.`);
      const call = { limitMs: cancelLimitMs, updateId: 'cancel' };
      const message = { ...sender, reason: null };
      const ended = await unlessGone(id, deps.temporal.plans.cancel(id, message, call));
      if (ended.status === 'CANCELLED') return ended;
      throw new VX11Error('plan_ended', `${id} was ${ended.status} before it could be cancelled.`);
    },
  };
}
