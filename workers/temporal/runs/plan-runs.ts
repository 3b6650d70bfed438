import {
  WithStartWorkflowOperation,
  WorkflowFailedError,
  WorkflowNotFoundError,
  WorkflowUpdateFailedError,
  type Client,
} from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TimeoutFailure } from '@temporalio/common';
import type { PlanRuns } from '../../../activities/plans/ports.ts';
import { actionWorkflowId, planWorkflowId, windowWorkflowId } from '../../../contracts/ids.ts';
import { powerQueue, workflowQueue } from '../../../contracts/queues.ts';
import type { PlanView, StepError } from '../../../contracts/plan.ts';
import type { WindowView } from '../../../contracts/window.ts';
import {
  closeWindow,
  extendWindow,
  openWindow,
  releaseService,
  type KeepWindow,
  type RestartService,
} from '../../../workflows/messages.ts';
import type { RunPlan } from '../../../workflows/plan-messages.ts';
import { planStart } from '../../../workflows/plan-start.ts';
import { windowStart } from '../../../workflows/window-start.ts';
import { isRunning } from '../is-running.ts';
import { unlessStarted } from '../unless-started.ts';
import { callMs, within } from '../within.ts';

type RunPlanType = (input: RunPlan) => Promise<PlanView>;
type RestartType = (input: RestartService) => Promise<void>;

/**
 * Makes the calls of plans to Temporal, over the connection of this process.
 * @param queue the task queue of the plans' activities; a plan that changes files of a host runs on that host
 */
export function planRuns(client: Client, queue: string): PlanRuns {
  const toWindow = async (
    limitMs: number,
    call: () => Promise<WindowView>,
  ): Promise<WindowView | null> => {
    try {
      return await within(client, limitMs, call);
    } catch (error) {
      if (isGone(error)) return null;
      throw error;
    }
  };
  return {
    async start(plan) {
      // where this process serves the workflows, the first workflow task comes with the answer
      const options = { ...planStart(plan, queueOf(plan) ?? queue), requestEagerStart: true };
      const start = () => client.workflow.start<RunPlanType>('runPlan', options);
      await within(client, callMs, start).catch(unlessStarted);
    },
    runs: (planId) => isRunning(client, planWorkflowId(planId)),
    async openWindow(view, { update_id, ...message }, limitMs) {
      const input: KeepWindow = { view, when_full: 'refuse' };
      const startWorkflowOperation = new WithStartWorkflowOperation<
        (input: KeepWindow) => Promise<WindowView>
      >('keepWindow', windowStart(input));
      const change = await within(client, limitMs, () =>
        client.workflow.executeUpdateWithStart(openWindow, {
          args: [message],
          updateId: update_id,
          startWorkflowOperation: startWorkflowOperation as never,
        }),
      );
      return change.view;
    },
    async extendWindow(id, { update_id, ...message }, limitMs) {
      try {
        const handle = client.workflow.getHandle(windowWorkflowId(id));
        const options = { args: [message] as [typeof message], updateId: update_id };
        return await within(client, limitMs, () => handle.executeUpdate(extendWindow, options));
      } catch (error) {
        if (isGone(error)) return null;
        const refusal = refusedUpdate(error);
        if (refusal === null) throw error;
        return refusal;
      }
    },
    closeWindow: (id, message, limitMs) =>
      toWindow(limitMs, () =>
        client.workflow
          .getHandle(windowWorkflowId(id))
          .executeUpdate(closeWindow, { args: [{ ...message, closed_by: 'caller' }] }),
      ),
    async releaseService(id, message, limitMs) {
      try {
        return await toWindow(limitMs, () =>
          client.workflow
            .getHandle(windowWorkflowId(id))
            .executeUpdate(releaseService, { args: [message] }),
        );
      } catch (error) {
        const refusal = refusedUpdate(error);
        // the window is still opening, or starts a new run; any other error is not its answer
        if (/^(window_not_open|too_many_requests)$/.test(refusal?.code ?? '')) return refusal;
        throw error;
      }
    },
    async restartService({ update_id, ...input }, limitMs) {
      const workflowId = actionWorkflowId('restart', input.host, update_id);
      const options = {
        workflowId,
        workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
        taskQueue: workflowQueue,
        args: [input] as [RestartService],
        memo: { actor: input.actor, correlation_id: input.correlation_id },
      };
      try {
        await within(client, limitMs, async () => {
          await client.workflow.start<RestartType>('restartService', options).catch(unlessStarted);
          await client.workflow.getHandle(workflowId).result();
        });
        return null;
      } catch (error) {
        const known = refusalIn(error);
        if (known === null) throw error;
        return known;
      }
    },
    async cancelRestart({ host, update_id }) {
      const handle = client.workflow.getHandle(actionWorkflowId('restart', host, update_id));
      try {
        await within(client, callMs, () => handle.cancel());
        return true;
      } catch (error) {
        if (error instanceof WorkflowNotFoundError) return false;
        throw error;
      }
    },
  };
}

/** Returns the refusal of an update by a run; null for any other error. */
function refusedUpdate(error: unknown): StepError | null {
  const cause = error instanceof WorkflowUpdateFailedError ? error.cause : null;
  if (!(cause instanceof ApplicationFailure)) return null;
  return { code: cause.type ?? 'internal', detail: cause.message };
}

/** Returns the reason that a failed run gave; null if the error is not the failure of a run. */
function refusalIn(error: unknown): StepError | null {
  if (!(error instanceof WorkflowFailedError)) return null;
  for (let cause: unknown = error.cause; cause instanceof Error; cause = cause.cause) {
    if (cause instanceof ApplicationFailure)
      return { code: cause.type ?? 'internal', detail: cause.message };
    if (cause instanceof TimeoutFailure) return { code: 'timeout', detail: cause.message };
    if (cause instanceof CancelledFailure) return { code: 'cancelled', detail: cause.message };
  }
  return { code: 'internal', detail: error.message };
}

/** Returns whether an error means that the window had ended or ended during the call. */
function isGone(error: unknown): boolean {
  if (error instanceof WorkflowNotFoundError) return true;
  if (!(error instanceof WorkflowUpdateFailedError)) return false;
  const { cause } = error;
  return (
    cause instanceof ApplicationFailure &&
    (cause.type === 'window_ended' || cause.type === 'AcceptedUpdateCompletedWorkflow')
  );
}

/** Only the power worker of a host can change the files of its stack. */
function queueOf({ steps }: PlanView): string | null {
  const patch = steps.find((step) => step.type === 'APPLY_PATCH');
  return patch === undefined ? null : powerQueue(patch.params.host);
}
