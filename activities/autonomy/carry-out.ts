import type { Decision } from '../../contracts/autonomy.ts';
import { planIdOfDecision } from '../../contracts/ids.ts';
import { autonomyActor } from '../../domain/autonomy/decide.ts';
import { stepsOf } from '../../domain/autonomy/steps.ts';
import type { CarriedOut, CarryOut } from './autonomy-activities.ts';
import type { AutonomyDeps } from './deps.ts';

/**
 * Records a decision and proposes its plan. Safe to retry: the decision and the plan have ids that follow from the round,
 * and the round counts only once all is done. If the loop was stopped after it observed, only requested work is done.
 */
export async function carryOut(
  deps: AutonomyDeps,
  { round, choice, by, reasoning }: CarryOut,
): Promise<CarriedOut> {
  const { store, metrics, clock, log } = deps;
  const { decision_id, correlation_id, verdict } = round;
  if (round.running && choice.params['intent_ids'] === undefined) {
    const { running } = await store.autonomy.state();
    if (!running) return { decision_id, plan_id: null, plan_status: null };
  }
  const decision: Decision = {
    decision_id,
    at: new Date(round.at).toISOString(),
    key: choice.key,
    action: choice.action,
    by,
    reasons: [choice.because, ...(by === 'llm' && reasoning?.text ? [reasoning.text] : [])],
    alternatives: verdict.alternatives,
    params: choice.params,
    observation: round.seen,
    observation_hash: round.hash,
    reasoning: reasoning && { ...reasoning, followed: by === 'llm' },
    plan_id: null,
    plan_status: null,
    effect: null,
    effect_at: null,
    correlation_id,
  };
  const known = await store.autonomy.find(decision_id);
  await store.autonomy.decide(decision, [
    {
      type: 'autonomy.decided',
      at: clock(),
      actor: autonomyActor,
      correlation_id,
      payload: { decision_id, action: choice.action, key: choice.key, by, because: choice.because },
    },
  ]);
  if (known === null) metrics.decisions.inc({ action: choice.action, by });
  const plan = choice.action === 'wait' ? null : await propose(deps, round, choice);
  if (plan !== null) {
    await store.autonomy.update(decision_id, { plan_id: plan.plan_id, plan_status: plan.status });
    const { plan_id, status } = plan;
    const line = { plan_id, status, decision_id, action: choice.action, correlation_id };
    log.info(line, 'the loop proposed a plan');
  }
  await store.autonomy.countRound(clock(), round.hash);
  return { decision_id, plan_id: plan?.plan_id ?? null, plan_status: plan?.status ?? null };
}

async function propose(
  { store, clock, propose: ask }: AutonomyDeps,
  { seen, decision_id, correlation_id }: CarryOut['round'],
  choice: CarryOut['choice'],
): Promise<{ plan_id: string; status: string } | null> {
  const catalogs = await store.services.catalogs();
  const steps = stepsOf(choice, {
    observation: seen,
    window_id: `window-${decision_id.slice('decision-'.length)}`,
    hostOf: (service) =>
      catalogs.find(({ services }) => services.some(({ name }) => name === service))?.host ?? null,
    canCheck: (service) =>
      catalogs.some(({ suites = [] }) =>
        suites.some(({ name, problems }) => name === service && problems.length === 0),
      ),
  });
  const plan_id = planIdOfDecision(decision_id);
  const reason = choice.because;
  const plan =
    steps && (await ask({ plan_id, actor: autonomyActor, steps, reason, correlation_id }));
  // last, so that intents stay queued if the proposal fails
  const intents = choice.params['intent_ids'] as string[] | undefined;
  await store.rails.claim(intents ?? [], decision_id, clock());
  return plan;
}
