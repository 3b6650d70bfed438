import type { Intent, Language } from '../../contracts/intent.ts';
import type { AskedVia, PlanSource, PlanView, StepError } from '../../contracts/plan.ts';
import type { Catalog, ConfirmRule } from '../../contracts/service.ts';
import { defaultConfirm } from '../../domain/services/catalog.ts';
import type { Draft } from '../../domain/plans/make-plan.ts';
import { planTextsOf } from '../../domain/plans/plan-languages.ts';
import { planText } from '../../domain/plans/plan-state.ts';
import { planHashOf } from '../../platform/plan-token.ts';

/** Where a plan came from. */
export interface Origin {
  plan_id: string;
  intent_id: string | null;
  session_id: string | null;
  source: PlanSource;
  actor: string;
  via?: AskedVia;
  reason: string | null;
  correlation_id: string;
  intent: Intent;
}

/** Returns the strictest confirmation rule of all hosts, for HIGH risk. */
export function strictest(catalogs: readonly Catalog[]): ConfirmRule {
  const rules = catalogs.flatMap(({ confirm }) => confirm ?? []);
  if (rules.length === 0) return defaultConfirm;
  return {
    quorum: Math.max(...rules.map(({ quorum }) => quorum)),
    no_self_approval: rules.some(({ no_self_approval }) => no_self_approval),
    expires_ms: Math.min(...rules.map(({ expires_ms }) => expires_ms)),
  };
}

const iso = (at: number): string => new Date(at).toISOString();

/** Returns a plan as it is first stored. A draft with an error is stored too, in ERROR. */
export function planOf(origin: Origin, draft: Draft, rule: ConfirmRule, now: number): PlanView {
  const { intent, ...from } = origin;
  const head = {
    ...from,
    domain: intent.domain,
    action: intent.action,
    targets: intent.targets,
    warnings: draft.warnings,
    ended_by: null,
    created_at: iso(now),
    started_at: null,
  };
  if (!draft.ok) return refused(head, draft.error, now, intent.language);
  const { steps, risk, reads } = draft;
  const shown = { ...head, risk: risk.level, risk_because: risk.because, steps };
  // what an agent asks for always waits, for another person than the one it works for
  const isAgents = origin.source === 'mcp';
  const waits = risk.level !== 'LOW' || (isAgents && !reads);
  // HIGH needs a second person; MED only protects against accidents
  const strict = risk.level === 'HIGH' ? rule : { ...defaultConfirm, expires_ms: rule.expires_ms };
  return {
    ...shown,
    plan_hash: planHashOf(planText(shown)),
    status: waits ? 'WAITING' : 'PENDING',
    confirmation: waits
      ? {
          quorum: strict.quorum,
          no_self_approval: isAgents || strict.no_self_approval,
          approvals: [],
          expires_at: iso(now + strict.expires_ms),
        }
      : null,
    error: null,
    finished_at: null,
  };
}

type Head = Omit<
  PlanView,
  | 'status'
  | 'risk'
  | 'risk_because'
  | 'plan_hash'
  | 'steps'
  | 'confirmation'
  | 'error'
  | 'finished_at'
>;

function refused(head: Head, error: StepError, now: number, language: Language): PlanView {
  const shown = {
    ...head,
    risk: 'LOW' as const,
    risk_because: planTextsOf(language).nothingToDoRisk,
    steps: [],
  };
  return {
    ...shown,
    plan_hash: planHashOf(planText(shown)),
    status: 'ERROR',
    confirmation: null,
    error,
    finished_at: iso(now),
  };
}
