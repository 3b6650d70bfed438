import { VX11Error } from '../../../contracts/errors.ts';
import { mayConfirmInClient } from '../../../domain/plans/confirm-in-client.ts';
import { mapMaybe } from '../../reads/maybe-promise.ts';
import { isDoorOpen } from '../door.ts';
import type { AgentCall } from '../tool.ts';

type Call = Omit<AgentCall, 'signal'>;

/** Whether an admin allowed this very token to bring a yes from its host, and agents are let in now. */
export async function allowsYes({ context, caller }: Call): Promise<boolean> {
  const token = await context.store().tokens.find(caller.id);
  return token?.confirms === 'in_client' && (await isDoorOpen(context));
}

/** Carries out what a form of the agent's host says about its plan. @returns a sentence for the agent; empty if nothing counted */
export async function decideInClient(
  call: Call,
  { plan_id, plan_hash }: { plan_id: string; plan_hash: string },
  answer: 'yes' | 'no' | 'nothing',
): Promise<string> {
  if (answer === 'nothing') return '';
  const { context, plans, caller, correlationId, client } = call;
  const sender = {
    actor: caller.name,
    principal: caller.principal,
    correlation_id: correlationId,
  };
  try {
    await mapMaybe(context.limits.proposal(caller.id), () => undefined);
    if (answer === 'no') {
      await plans.reject(plan_id, 'rejected in a form of the agent’s program', sender);
      return 'The person said no.';
    }
    const plan = await plans.find(plan_id);
    const may = mayConfirmInClient(plan);
    if (!may.allow || !(await allowsYes(call))) {
      return 'A form cannot confirm this plan.';
    }
    await plans.confirmInClient(plan_id, { plan_hash, client }, sender);
    return 'The person agreed.';
  } catch (error) {
    // somebody decided first, or it is too late: the state of the plan says so
    if (error instanceof VX11Error) return '';
    throw error;
  }
}
