import { z } from 'zod';
import { planStatus, type PlanStep, type PlanView } from '../../../contracts/plan.ts';
import { planHasEnded } from '../../../domain/plans/plan-state.ts';
import { planCursorPattern } from '../../../store/plans/plans.ts';
import { noSuchPlan } from '../../plans/control.ts';
import { field } from '../fields.ts';
import { cursorOf, fittingPage, olderOnes } from '../content/paging.ts';
import { defineTool, type Rest } from '../tool.ts';
import { waitForChange } from '../wait.ts';

/** Texts inside a step's parameters that somebody wrote. */
const written = /^(reason|code|text|stdin|message|args)$/;

const paramsOf = (step: PlanStep): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(step.params).map(([name, value]) => [
      written.test(name) ? `untrusted_${name}` : name,
      value,
    ]),
  );

const stepOf = (step: PlanStep) => ({
  id: step.step_id,
  type: step.type,
  params: paramsOf(step),
  risk: step.risk,
  effect: step.effect,
  undo: step.undo,
  status: step.status,
  ...(step.type === 'SPAWN' &&
    step.result !== null && {
      spawn_id: step.result['spawn_id'],
      exit_code: step.result['exit_code'],
    }),
  error:
    step.error === null ? null : { code: step.error.code, untrusted_detail: step.error.detail },
});

export const shownPlan = (plan: PlanView) => ({
  plan_id: plan.plan_id,
  status: plan.status,
  action: plan.action,
  targets: plan.targets,
  actor: plan.actor,
  source: plan.source,
  risk: plan.risk,
  untrusted_reason: plan.reason,
  created_at: plan.created_at,
});

export const howToConfirm = ({ plan_id }: Pick<PlanView, 'plan_id'>): string =>
  `vx11 plan confirm ${plan_id}`;

/** A plan as agents see it: no hash and nothing that confirms it. */
export const wholePlan = (plan: PlanView) => ({
  ...shownPlan(plan),
  risk_because: plan.risk_because,
  steps: plan.steps.map(stepOf),
  warnings: plan.warnings,
  confirmation:
    plan.confirmation === null
      ? null
      : {
          approvals: plan.confirmation.approvals.map(({ by }) => by),
          quorum: plan.confirmation.quorum,
          expires_at: plan.confirmation.expires_at,
        },
  ended_by: plan.ended_by,
  error:
    plan.error === null ? null : { code: plan.error.code, untrusted_detail: plan.error.detail },
  ...(plan.status === 'WAITING' && { how_to_confirm: howToConfirm(plan) }),
});

/** What a plan is now, for the model. */
export function planSentence(plan: PlanView): string {
  const { plan_id, status, risk, risk_because, confirmation } = plan;
  if (status === 'WAITING') {
    return `Nothing was done yet. ${plan_id} (${risk}: ${risk_because}) waits until ${confirmation?.expires_at} for a person. They run: ${howToConfirm(plan)}. Then call vx11_plan {"plan_id":"${plan_id}","wait_seconds":25}.`;
  }
  if (status === 'PENDING' || status === 'RUNNING') {
    return `${plan_id} is ${status}: it is not done yet. Call vx11_plan {"plan_id":"${plan_id}","wait_seconds":25}.`;
  }
  if (status === 'DONE') return `${plan_id} is DONE.`;
  if (status === 'REJECTED') return `${plan_id} was REJECTED: nothing was done. Do not ask again.`;
  return `${plan_id} is ${status}${plan.error === null ? '' : ` (${plan.error.code})`}.`;
}

const partOf = (plan: PlanView): number =>
  plan.steps.length === 0
    ? 1
    : plan.steps.filter(({ status }) => status !== 'PENDING' && status !== 'RUNNING').length /
      plan.steps.length;

/** How to get what of a plan did not fit. */
export const restOfPlan: Rest = { path: ({ plan_id }) => `plans/${plan_id as string}` };

export const plansTool = defineTool({
  name: 'vx11_plans',
  title: 'Plans',
  description:
    'Plans, newest first; WAITING ones need a person. Steps and how to confirm: vx11_plan. You cannot confirm a plan; to take back one of yours: vx11_withdraw_plan.',
  toolset: 'read',
  kind: 'read',
  steps: [],
  rest: 'pass a smaller limit, or call vx11_plan',
  input: z.strictObject({
    status: planStatus.optional(),
    limit: field.limit(50).optional(),
    cursor: field.cursor.optional(),
  }),
  async run({ status, limit = 20, cursor }, { context }) {
    const data = await fittingPage(limit, async (most) => {
      const { plans, next_cursor } = await context.store().plans.list({
        limit: most,
        ...(status !== undefined && { status }),
        ...(cursor !== undefined && { cursor: cursorOf(cursor, planCursorPattern) }),
      });
      return { plans: plans.map(shownPlan), next_cursor };
    });
    const more = data.next_cursor === null ? '' : olderOnes;
    return { say: `${data.plans.length} plans.${more}`, data };
  },
});

export const planTool = defineTool({
  name: 'vx11_plan',
  title: 'One plan',
  description:
    'One plan: exact steps, risk and why, what each step does and how it is undone, who agreed. With wait_seconds it answers at the next change, such as when a person decides. Waiting does not confirm it. Never say that something was done before this says DONE.',
  toolset: 'read',
  kind: 'read',
  steps: [],
  answersAsleep: () => true,
  rest: restOfPlan,
  input: z.strictObject({ plan_id: field.planId, wait_seconds: field.wait.optional() }),
  async run({ plan_id, wait_seconds = 0 }, call) {
    const { plans } = call.context.store();
    const plan = await waitForChange(call, wait_seconds, {
      find: () => plans.find(plan_id),
      seen: ({ status, steps, confirmation }) =>
        JSON.stringify([status, steps.map((step) => step.status), confirmation?.approvals.length]),
      over: planHasEnded,
      message: ({ status, steps }) => {
        const now = steps.find((step) => step.status === 'RUNNING');
        return now === undefined ? `the plan is ${status}` : `${now.step_id}: ${now.type}`;
      },
      part: partOf,
    });
    if (plan === null) throw noSuchPlan(plan_id);
    return { say: planSentence(plan), data: wholePlan(plan) };
  },
});
