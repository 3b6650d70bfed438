import { planWorkflowId } from '../contracts/ids.ts';
import { workflowQueue } from '../contracts/queues.ts';
import type { PlanView } from '../contracts/plan.ts';
import { planTitle } from '../domain/plans/plan-state.ts';
import type { RunPlan } from './plan-messages.ts';
import { searchAttributes } from './search-attributes.ts';

/**
 * The start options of a plan's workflow for any caller: a start joins a running one, and never restarts an ended one.
 */
export const planStart = (plan: PlanView, queue: string) => ({
  workflowId: planWorkflowId(plan.plan_id),
  workflowIdConflictPolicy: 'USE_EXISTING' as const,
  workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
  taskQueue: workflowQueue,
  workflowTaskTimeout: '2s' as const,
  args: [{ plan, queue }] as [RunPlan],
  memo: { reason: plan.reason, owner: plan.actor, correlation_id: plan.correlation_id },
  staticSummary: planTitle(plan),
  typedSearchAttributes: [
    { key: searchAttributes.services, value: plan.targets },
    { key: searchAttributes.owner, value: plan.actor },
    { key: searchAttributes.state, value: plan.status },
  ],
});
