import { VX11Error } from '../../contracts/errors.ts';
import type { PlanView } from '../../contracts/plan.ts';
import { isSameWho, whoSent, type Who } from '../../contracts/principal.ts';
import { mayConfirmInClient } from '../../domain/plans/confirm-in-client.ts';
import { planText } from '../../domain/plans/plan-state.ts';
import { planHashOf, sameHash } from '../../platform/plan-token.ts';
import type { PlanPeople } from '../../store/plans/plan-rows.ts';
import type { PlanChange } from '../../store/plans/plan-store.ts';
import type { Decision, InClient } from './plan-activities.ts';
import { planEvent } from './plan-events.ts';

/**
 * Applies a person's decision to a waiting plan. The caller reads and writes the plan in one transaction. Repeating the
 * same decision, after a lost answer, changes nothing.
 * @throws VX11Error with the code that says why the decision is not valid
 */
export function decided(
  plan: PlanView,
  kept: string | null,
  people: PlanPeople,
  decision: Decision,
  now: number,
): PlanChange | null {
  const at = new Date(now).toISOString();
  const { kind, actor } = decision;
  const who = whoSent(decision);
  const hasApproved = people.approvers.some((one) => isSameWho(one, who));
  const change = (
    status: PlanView['status'],
    type: Parameters<typeof planEvent>[1],
    because: string,
  ) => {
    const ended: PlanView = {
      ...plan,
      status,
      ended_by: actor,
      steps: plan.steps.map((step) => ({ ...step, status: 'SKIPPED' as const })),
      finished_at: at,
      error: status === 'REJECTED' ? { code: 'rejected', detail: because } : null,
    };
    return {
      plan: ended,
      events: [{ ...planEvent(plan, type, actor, now, { because }), actor_id: who.principal }],
    };
  };
  if (kind === 'confirm' && hasApproved && plan.status === 'RUNNING') return null;
  if (plan.status !== 'WAITING' || plan.confirmation === null) {
    throw new VX11Error(
      'confirm_token_used',
      `${plan.plan_id} is ${plan.status}: it has already been decided.`,
    );
  }
  const { confirmation } = plan;
  switch (kind) {
    case 'expire':
      return change(
        'REJECTED',
        'plan.rejected',
        `nobody confirmed it until ${confirmation.expires_at}`,
      );
    case 'reject':
      return change('REJECTED', 'plan.rejected', decision.reason ?? `${actor} said no`);
    case 'cancel':
      return change('CANCELLED', 'plan.cancelled', decision.reason ?? `${actor} cancelled it`);
    case 'renew':
      refuseLate(plan, now);
      if (!sameHash(plan.plan_hash, decision.plan_hash)) throw changed(plan);
      return {
        plan,
        events: [planEvent(plan, 'plan.token_renewed', actor, now)],
        token: {
          confirm_hash: decision.confirm_hash,
          lookup_hash: decision.lookup_hash ?? null,
        },
      };
    default: {
      refuseLate(plan, now);
      if (planHashOf(planText(plan)) !== plan.plan_hash) throw changed(plan);
      const { in_client } = decision;
      const isOwn = isSameWho(who, people.actor);
      if (in_client !== undefined) {
        refuseInClient(plan, in_client, isOwn);
        return approved(plan, who, at, now, in_client);
      }
      if (kept === null || !sameHash(kept, decision.confirm_hash)) {
        throw new VX11Error('wrong_confirm_token', 'Ask for a token of this plan.');
      }
      if (confirmation.no_self_approval && isOwn) {
        throw new VX11Error(
          'self_approval',
          `${actor} requested this plan: another person must confirm it.`,
        );
      }
      if (hasApproved) return null;
      return approved(plan, who, at, now);
    }
  }
}

/** A form speaks only for the agent whose plan it is, about the plan that it showed. */
function refuseInClient(plan: PlanView, { plan_hash }: InClient, isOwn: boolean): void {
  if (!sameHash(plan.plan_hash, plan_hash)) throw changed(plan);
  const may = mayConfirmInClient(plan);
  if (may.allow && isOwn) return;
  const because = may.allow ? 'another agent asked for it' : may.because;
  throw new VX11Error('self_approval', `A form cannot confirm this plan: ${because}.`);
}

function approved(
  plan: PlanView,
  who: Who,
  at: string,
  now: number,
  inClient?: InClient,
): PlanChange {
  const { name: by, principal } = who;
  const confirmation = plan.confirmation!;
  const via = inClient === undefined ? {} : { via: 'elicitation' as const };
  const approvals = [...confirmation.approvals, { by, at, ...via }];
  const enough = approvals.length >= confirmation.quorum;
  const payload = {
    approvals: approvals.map((one) => one.by),
    quorum: confirmation.quorum,
    ...(inClient !== undefined && { confirmed_via: 'elicitation', client: inClient.client }),
  };
  const event = planEvent(plan, 'plan.approved', by, now, payload);
  const events = [{ ...event, actor_id: principal }];
  const after: PlanView = { ...plan, confirmation: { ...confirmation, approvals } };
  if (!enough) return { plan: after, events, approver_id: principal };
  return {
    plan: { ...after, status: 'RUNNING', started_at: at },
    events: [...events, planEvent(plan, 'plan.running', by, now)],
    approver_id: principal,
  };
}

function refuseLate(plan: PlanView, now: number): void {
  if (now < Date.parse(plan.confirmation!.expires_at)) return;
  throw new VX11Error('confirm_token_expired', 'The time to confirm is over; ask for it again.');
}

const changed = (plan: PlanView): VX11Error =>
  new VX11Error('plan_changed', `${plan.plan_id} differs from what was shown; read it again.`);
