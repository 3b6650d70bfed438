import {
  ActivityFailure,
  allHandlersFinished,
  ApplicationFailure,
  CancellationScope,
  condition,
  continueAsNew,
  isCancellation,
  log,
  patched,
  setCurrentDetails,
  setHandler,
  sleep,
  upsertSearchAttributes,
  workflowInfo,
} from '@temporalio/workflow';
import type { Decision } from '../activities/plans/plan-activities.ts';
import type { PlanStep, PlanView } from '../contracts/plan.ts';
import {
  afterUndo,
  endOf,
  mayBegin,
  planHasEnded,
  toUndo,
  type StepEnd,
} from '../domain/plans/plan-state.ts';
import { mayRenew } from '../domain/plans/plan-renewals.ts';
import type { Actor } from './messages.ts';
import { planDetails } from './plan-display.ts';
import {
  cancelPlan,
  confirmPlan,
  planState,
  rejectPlan,
  renewPlanToken,
  type EndPlan,
  type PlanEnd,
  type RunPlan,
} from './plan-messages.ts';
import { planRecordsOn, stepsWithin } from './proxies.ts';
import { searchAttributes } from './search-attributes.ts';
import { untilDone } from './until-done.ts';

/** Waits for confirmations if the plan needs them, then carries out every step once, or undoes what was done. */
export async function runPlan(input: RunPlan): Promise<PlanView> {
  let plan = input.plan;
  const { queue } = input;
  const { plan_id } = plan;
  const records = planRecordsOn(queue);
  const renewals = [...(input.renewals ?? [])];
  const cancelled: { by: EndPlan | null } = { by: null };
  let endsInNewRun = false;
  const turn = { taken: false };
  const expiresAt = Date.parse(plan.confirmation?.expires_at ?? '');
  const steps = new CancellationScope();
  const show = (next: PlanView): PlanView => {
    plan = next;
    setCurrentDetails(planDetails(plan));
    return plan;
  };
  const setStep = (id: string, change: Partial<PlanStep>): void => {
    const changed = plan.steps.map((step) => (step.step_id === id ? { ...step, ...change } : step));
    show({ ...plan, steps: changed as PlanStep[] });
  };

  setHandler(planState, () => plan);
  setHandler(confirmPlan, ({ confirm_hash, ...by }) =>
    oneDecision(() => records.decide({ kind: 'confirm', plan_id, confirm_hash, ...by })),
  );
  setHandler(
    renewPlanToken,
    ({ plan_hash, confirm_hash, ...by }) => {
      renewals.push(Date.now());
      return oneDecision(() =>
        records.decide({ kind: 'renew', plan_id, plan_hash, confirm_hash, ...by }),
      );
    },
    // a validator's refusal adds nothing to the history, which could otherwise grow until the run takes no message
    { validator: (_token) => refuseFrequentRenewal() },
  );
  setHandler(rejectPlan, ({ reason, ...by }) =>
    oneDecision(() => records.decide({ kind: 'reject', plan_id, reason, ...by })),
  );
  setHandler(cancelPlan, async ({ only_waiting = false, ...request }) => {
    if (plan.status === 'WAITING') {
      return oneDecision(() => records.decide({ kind: 'cancel', plan_id, ...request }));
    }
    if (planHasEnded(plan)) throw ended();
    if (only_waiting) throw decidedAlready(plan);
    cancelled.by ??= request;
    steps.cancel();
    await condition(() => planHasEnded(plan) || endsInNewRun);
    if (planHasEnded(plan)) return plan;
    throw ApplicationFailure.create({
      message: 'the end of this plan cannot be written yet; try again in a second',
      type: 'too_many_requests',
      nonRetryable: true,
      details: [{ retry_after_seconds: 1 }],
    });
  });

  function refuseFrequentRenewal(): void {
    const decision = mayRenew(renewals, Date.now(), expiresAt);
    if (decision.allow) return;
    const { because, retry_after_seconds } = decision;
    throw ApplicationFailure.create({
      message: because,
      type: 'too_many_requests',
      nonRetryable: true,
      details: [{ retry_after_seconds }],
    });
  }

  /** Handles decisions one at a time, each on the result of the previous one. Throws the store's refusal. */
  async function oneDecision(decide: () => Promise<PlanView>): Promise<PlanView> {
    while (turn.taken) await condition(() => !turn.taken);
    turn.taken = true;
    try {
      if (plan.status !== 'WAITING') throw decidedAlready(plan);
      return show(await decide());
    } catch (error) {
      const cause = error instanceof ActivityFailure ? error.cause : error;
      if (cause instanceof ApplicationFailure) throw cause;
      throw error;
    } finally {
      turn.taken = false;
    }
  }

  /** Decides on the caller's behalf, unless another decision came first. Retries until it is stored. */
  async function decideAtLast(decision: Decision): Promise<void> {
    const work = async (): Promise<void> => {
      if (plan.status === 'WAITING') await oneDecision(() => records.decide(decision));
    };
    await untilDone('a decision on a plan cannot be written', work, () => newRun({ decision }));
  }

  /** Continues as new, with what is left to store, once no message is in progress. */
  async function newRun(rest: Pick<RunPlan, 'decision' | 'end'>): Promise<void> {
    endsInNewRun = true;
    await condition(allHandlersFinished);
    await continueAsNew<typeof runPlan>({ plan, queue, renewals, ...rest });
  }

  /** Waits until people have decided, or the confirmation expires. */
  async function awaitDecision(): Promise<void> {
    const decided = (): boolean => plan.status !== 'WAITING';
    const handsOver = patched('plan-continues-as-new');
    const isLong = (): boolean => handsOver && workflowInfo().continueAsNewSuggested;
    await condition(() => decided() || isLong(), Math.max(1, expiresAt - Date.now()), {
      summary: 'until someone confirms',
    });
    if (decided()) return;
    if (isLong() && Date.now() < expiresAt) {
      await condition(() => decided() || allHandlersFinished());
      if (decided()) return;
      await continueAsNew<typeof runPlan>({ plan, queue, renewals });
    }
    const by: Actor = { actor: 'madre', correlation_id: plan.correlation_id };
    await decideAtLast({ kind: 'expire', plan_id, ...by });
  }

  /** Runs one step to its end, with its own number of retries for errors that may go away. */
  async function carryOut(step: PlanStep): Promise<StepEnd> {
    const { forward } = stepsWithin(queue, step.timeout_seconds);
    const { steps: _, ...header } = plan;
    if (step.type === 'WAIT' && step.params.seconds > 0) {
      await sleep(step.params.seconds * 1000, { summary: step.effect });
    }
    for (let tries = 0; ; tries += 1) {
      const end = await forward.runStep({ plan: header, step, tries });
      if (end.error?.may_retry !== true || tries >= step.retries) return end;
      await sleep(500 * 2 ** tries);
    }
  }

  async function runStep(step: PlanStep, ended: Map<string, StepEnd>): Promise<void> {
    const id = step.step_id;
    if (!mayBegin(step, ended, cancelled.by !== null)) {
      ended.set(id, { status: 'SKIPPED', result: null, error: null });
      setStep(id, { status: 'SKIPPED' });
      return;
    }
    setStep(id, { status: 'RUNNING', started_at: new Date().toISOString() });
    const work = (): Promise<StepEnd> => carryOut(step).catch(endOfError);
    const end = step.always ? await CancellationScope.nonCancellable(work) : await work();
    ended.set(id, end);
    setStep(id, { ...end, finished_at: new Date().toISOString() });
  }

  /**
   * Starts each step as soon as the steps that it depends on have ended, so that steps run in sequence or in parallel.
   */
  async function runSteps(): Promise<void> {
    const ended = new Map<string, StepEnd>();
    const running = new Map<string, Promise<void>>();
    for (const step of plan.steps) {
      const before = step.depends_on.flatMap((id) => running.get(id) ?? []);
      running.set(
        step.step_id,
        Promise.all(before).then(() => runStep(step, ended)),
      );
    }
    await Promise.all(running.values());
  }

  async function undoSteps(): Promise<void> {
    const { steps: _, ...header } = plan;
    for (const step of toUndo(plan.steps)) {
      const { back } = stepsWithin(queue, step.timeout_seconds);
      const end = await back.undoStep({ plan: header, step }).catch(endOfError);
      // a failed undo is recorded in its step, and the remaining steps are still undone
      setStep(step.step_id, afterUndo(step, end));
    }
  }

  if (plan.status === 'WAITING') {
    try {
      await (input.decision === undefined ? awaitDecision() : decideAtLast(input.decision));
    } catch (error) {
      if (!isCancellation(error)) throw error;
      const by = { actor: 'Temporal', correlation_id: plan.correlation_id };
      const cancel = { kind: 'cancel', plan_id, reason: 'cancelled in Temporal', ...by } as const;
      await CancellationScope.nonCancellable(() => decideAtLast(cancel));
    }
  }
  if (input.end !== undefined) {
    const { end } = input;
    await CancellationScope.nonCancellable(() => writeEnd(end));
  } else if (!planHasEnded(plan)) {
    show({ ...plan, status: 'RUNNING', started_at: new Date().toISOString() });
    try {
      await steps.run(runSteps);
    } catch (error) {
      if (!isCancellation(error)) throw error;
      cancelled.by ??= { reason: null, actor: 'Temporal', correlation_id: plan.correlation_id };
    }
    await CancellationScope.nonCancellable(finish);
  }
  upsertSearchAttributes([{ key: searchAttributes.state, value: plan.status }]);
  await CancellationScope.nonCancellable(() => condition(allHandlersFinished));
  return plan;

  async function finish(): Promise<void> {
    const stopped = cancelled.by !== null || steps.consideredCancelled;
    const end = endOf(plan.steps, stopped);
    if (end.status !== 'DONE') await undoSteps();
    const by = cancelled.by ?? { actor: plan.actor, correlation_id: plan.correlation_id };
    const finished_at = new Date().toISOString();
    const ended_by = cancelled.by?.actor ?? null;
    const { actor, correlation_id } = by;
    await writeEnd({ change: { ...end, ended_by, finished_at }, actor, correlation_id });
  }
  async function writeEnd(end: PlanEnd): Promise<void> {
    const { change, ...by } = end;
    const last = { ...plan, ...change };
    const work = () => records.endPlan({ plan: last, ...by });
    show(await untilDone('the end of a plan cannot be written', work, () => newRun({ end })));
  }
}

const decidedAlready = ({ plan_id, status }: PlanView): ApplicationFailure =>
  ApplicationFailure.nonRetryable(
    `${plan_id} is ${status}: it was decided already`,
    'confirm_token_used',
  );

const ended = (): ApplicationFailure =>
  ApplicationFailure.nonRetryable('this plan has ended', 'plan_ended');

/** The end of a step whose activity failed without a result: cancelled, timed out, or out of retries. */
function endOfError(error: unknown): StepEnd {
  if (isCancellation(error)) return { status: 'CANCELLED', result: null, error: null };
  log.warn('a step could not be carried out', { error });
  const cause = error instanceof ActivityFailure ? error.cause : error;
  const detail = cause instanceof Error ? cause.message : String(cause);
  const code = (cause instanceof ApplicationFailure ? cause.type : null) ?? 'timeout';
  return { status: 'ERROR', result: null, error: { code, detail, may_retry: false } };
}
