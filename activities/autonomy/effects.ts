import type { Candidate, DecisionEffect } from '../../contracts/autonomy.ts';
import { planIdOfDecision } from '../../contracts/ids.ts';
import { effectOf, type Memory } from '../../domain/autonomy/memory.ts';
import type { DecisionRow } from '../../store/autonomy/autonomy.ts';
import type { Store } from '../../store/index.ts';
import type { IntentEnd } from '../../store/incidents/rails.ts';
import type { AutonomyDeps } from './deps.ts';

const dayMs = 86_400_000;
const hourMs = 3_600_000;
const mostActed = 200;

/** Returns whether a stopped loop still needs a round: for a requested intent, or for an effect that is not measured yet. */
export async function hasBusiness(
  store: Pick<Store, 'rails' | 'autonomy'>,
  now: number,
): Promise<boolean> {
  if ((await store.rails.toPropose()) > 0) return true;
  const acted = await store.autonomy.acted(now - dayMs, mostActed);
  return acted.some(({ effect }) => effect === null);
}

/** Records the current state and effect of earlier decisions, and returns what the loop remembers of them. */
export async function remember(
  deps: AutonomyDeps,
  candidates: Candidate[],
  now: number,
): Promise<Memory> {
  const present = new Set(candidates.map(({ key }) => key));
  const rows = await deps.store.autonomy.acted(now - dayMs, mostActed);
  const acted = [];
  for (const row of rows) acted.push(await measured(deps, row, present, now));
  return {
    acted,
    actions_last_hour: acted.filter(({ at }) => at > now - hourMs).length,
    actions_per_hour: deps.limits.actions_per_hour,
  };
}

async function measured(
  deps: AutonomyDeps,
  row: DecisionRow,
  present: ReadonlySet<string>,
  now: number,
): Promise<DecisionRow> {
  if (row.effect !== null) return row;
  // an interrupted round may have proposed the plan without recording it
  const plan = await deps.store.plans.find(row.plan_id ?? planIdOfDecision(row.decision_id));
  const current = {
    plan_id: plan?.plan_id ?? row.plan_id,
    plan_status: plan?.status ?? row.plan_status,
  };
  const fresh = { ...row, ...current };
  const effect = effectOf(fresh, present, now);
  if (effect === null) {
    if (fresh.plan_status !== row.plan_status)
      await deps.store.autonomy.update(row.decision_id, current);
    return fresh;
  }
  const change = { ...current, effect, effect_at: now };
  await deps.store.autonomy.update(row.decision_id, change);
  await deps.store.rails.settle(row.decision_id, endOf[effect], now);
  deps.metrics.effects.inc({ effect });
  return { ...fresh, ...change };
}

const endOf: Record<DecisionEffect, IntentEnd> = {
  helped: 'done',
  no_change: 'done',
  failed: 'failed',
  refused: 'refused',
};
