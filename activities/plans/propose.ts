import type { NewEvent } from '../../contracts/event.ts';
import { newId } from '../../contracts/ids.ts';
import type { Intent } from '../../contracts/intent.ts';
import type { AskedVia, PlanSource, PlanView, StepDraft, StepError } from '../../contracts/plan.ts';
import type { TokenScope } from '../../contracts/token.ts';
import { intentReceived } from '../../domain/language/intent-received.ts';
import { askedContent } from '../../domain/plans/asked-content.ts';
import { makePlan, type Draft } from '../../domain/plans/make-plan.ts';
import { endOf } from '../../domain/plans/plan-state.ts';
import { planningContextOf } from '../../domain/plans/planning-context.ts';
import { sha256 } from '../../platform/hash.ts';
import { keptTokenOf, newConfirmToken } from '../../platform/plan-token.ts';
import type { AskRefusal } from '../../store/plans/asks.ts';
import { planOf, strictest } from './new-plan.ts';
import { planEvent } from './plan-events.ts';
import type { PlanDeps } from './ports.ts';
import { readStep } from './steps/read.ts';
import { isoTime } from '../../platform/time.ts';

/** What to plan: an intent, or explicit steps, under the same rules. */
export interface Proposal {
  source: PlanSource;
  /** Makes the proposal idempotent: a repeated one returns the first plan. */
  plan_id?: string;
  /** A token's name, or the part of VX11 that proposes. */
  actor: string;
  /** The token behind the name; absent for a part of VX11. */
  principal?: string | undefined;
  /** The scope of the actor's token; operator if absent. */
  scope?: TokenScope;
  /** How an agent asked. */
  via?: AskedVia;
  intent?: Intent;
  steps?: StepDraft[];
  reason: string | null;
  correlation_id: string;
  session_id?: string | null;
  /** The intent under which it is already logged; without one it is logged here. */
  intent_id?: string;
  /** Only returns the plan: nothing is stored or done. */
  dry_run?: boolean;
  /** With `dry_run`: a plan that only reads is carried out all the same. */
  answer_reads?: boolean;
}

export interface Proposed {
  plan: PlanView;
  /** Shown once, to a person who may confirm; null if the plan does not wait. */
  confirm_token: string | null;
}

/**
 * Makes a plan and starts it: reads are done at once, LOW risk runs, everything else waits for a person. The risk depends
 * only on the resolved steps, not on the actor, and a proposal is never a confirmation. Whatever an agent proposes waits,
 * and the agent gets no confirm token.
 */
export async function proposePlan(deps: PlanDeps, proposal: Proposal): Promise<PlanView> {
  return (await propose(deps, proposal)).plan;
}

export async function propose(deps: PlanDeps, proposal: Proposal): Promise<Proposed> {
  const { store, clock } = deps;
  const { plan_id = newId('plan') } = proposal;
  const made = proposal.plan_id === undefined ? null : await store.plans.find(plan_id);
  if (made !== null) return { plan: made, confirm_token: null };
  const intent = proposal.intent ?? intentOfSteps(proposal);
  const intent_id = proposal.intent_id ?? (await logIntent(deps, proposal, intent));
  const [catalogs, live, owners] = await Promise.all([
    store.services.catalogs(),
    store.windows.live(),
    store.windows.owners('live'),
  ]);
  const { actor, principal = null, scope = 'operator', reason } = proposal;
  const draft = await questioned(
    deps,
    intent,
    makePlan(
      { plan_id, actor, principal, scope, intent, steps: proposal.steps ?? null, reason },
      planningContextOf(catalogs, live, owners),
    ),
  );
  const { source, correlation_id, session_id = null } = proposal;
  const { via } = proposal;
  const from = { plan_id, intent_id, session_id, source, actor, reason, correlation_id, intent };
  const origin = via === undefined ? from : { ...from, via };
  const plan = planOf(origin, draft, strictest(catalogs), clock());
  const reads = draft.ok && draft.reads && plan.status === 'PENDING';
  const dry = proposal.dry_run === true && !(reads && proposal.answer_reads === true);
  if (dry) return { plan, confirm_token: null };
  if (reads) return carriedOut(deps, plan);
  if (source === 'mcp') return proposeForAgent(deps, plan, principal);
  const confirm_token = plan.status === 'WAITING' ? newConfirmToken() : null;
  const kept = confirm_token === null ? null : keptTokenOf(plan.plan_hash, confirm_token);
  await store.plans.insert(plan, kept, birthOf(plan, principal, clock()), principal);
  if (plan.status === 'ERROR') return { plan, confirm_token };
  return { plan: await startRun(deps, plan), confirm_token };
}

/** Asks back before anything is opened, where a role could not do what its step says. */
async function questioned(
  { questions = {} }: Pick<PlanDeps, 'questions'>,
  intent: Intent,
  draft: Draft,
): Promise<Draft> {
  if (!draft.ok) return draft;
  for (const { type } of draft.steps) {
    const question = (await questions[type]?.(intent)) ?? null;
    if (question !== null) return { ok: false, error: question, warnings: draft.warnings };
  }
  return draft;
}

/** Stores a plan of an agent, unless it waits already, was rejected just now, or too many wait. */
async function proposeForAgent(
  deps: PlanDeps,
  plan: PlanView,
  principal: string | null,
): Promise<Proposed> {
  const { store, clock } = deps;
  const now = clock();
  const ask =
    plan.status === 'WAITING' ? { content_hash: sha256(askedContent(plan.steps)), now } : undefined;
  const refusal = await store.plans.insert(
    plan,
    null,
    birthOf(plan, principal, now),
    principal,
    ask,
  );
  if (refusal?.kind === 'same') {
    const same = (await store.plans.find(refusal.plan_id)) ?? plan;
    return { plan: same, confirm_token: null };
  }
  if (refusal === null) {
    return { plan: ask === undefined ? plan : await startRun(deps, plan), confirm_token: null };
  }
  const refused: PlanView = {
    ...plan,
    plan_id: newId('plan'), // a retry under the same id is decided again
    status: 'ERROR',
    steps: [],
    confirmation: null,
    error: errorOfAsk(refusal),
    finished_at: isoTime(now),
  };
  await store.plans.insert(refused, null, birthOf(refused, principal, now), principal);
  return { plan: refused, confirm_token: null };
}

function errorOfAsk(refusal: Exclude<AskRefusal, { kind: 'same' }>): StepError {
  if (refusal.kind === 'too_many') {
    const detail = `${refusal.plan_ids.length} plans of this token wait for a person: ${refusal.plan_ids.join(', ')}. Withdraw one, or wait.`;
    return { code: 'too_many_waiting', detail };
  }
  const until = isoTime(refusal.until);
  const detail = `A person rejected the same request (${refusal.plan_id}). It is not asked again before ${until}.`;
  return { code: 'recently_rejected', detail };
}

function birthOf(plan: PlanView, actor_id: string | null, now: number): NewEvent[] {
  const { risk, risk_because, plan_hash, steps } = plan;
  const payload = { risk, risk_because, plan_hash, steps: steps.map(({ type }) => type) };
  const created = planEvent(plan, 'plan.created', plan.actor, now, payload);
  if (plan.status === 'ERROR') {
    return [planEvent(plan, 'plan.failed', 'madre', now, { error: plan.error })];
  }
  if (plan.status !== 'WAITING') return [created];
  const { expires_at, quorum } = plan.confirmation!;
  return [created, planEvent(plan, 'plan.waiting', 'madre', now, { expires_at, quorum })];
}

/** Carries out a plan of reads at once, without a run. */
async function carriedOut(deps: PlanDeps, plan: PlanView): Promise<Proposed> {
  const began = isoTime(deps.clock());
  const steps = await Promise.all(
    plan.steps.map(async (step) => {
      const end = await readStep(deps, step);
      const finished_at = isoTime(deps.clock());
      return { ...step, ...end, started_at: began, finished_at };
    }),
  );
  const end = endOf(steps, false);
  const now = deps.clock();
  const finished_at = isoTime(now);
  const ended = { ...plan, ...end, steps, started_at: began, finished_at };
  const type = ended.status === 'DONE' ? 'plan.done' : 'plan.failed';
  const payload = { reads: true, action: plan.action, started_at: began };
  await deps.store.plans.insert(ended, null, [planEvent(ended, type, plan.actor, now, payload)]);
  return { plan: ended, confirm_token: null };
}

/**
 * Starts the run of a stored plan. If that fails, the next round starts it. A plan that would have run at once is given up
 * instead while Temporal is unavailable, since nobody expects it to run later.
 */
async function startRun(deps: PlanDeps, plan: PlanView): Promise<PlanView> {
  try {
    await deps.runs().start(plan);
    await deps.store.plans.started(plan.plan_id);
    return plan;
  } catch (error) {
    deps.log.warn({ err: error, plan_id: plan.plan_id }, 'could not start a plan yet');
    if (plan.status === 'WAITING') return plan;
    return giveUp(deps, plan, 'Temporal does not answer; nothing was started. Try again shortly.');
  }
}

/** Ends a plan that never ran. */
export async function giveUp(deps: PlanDeps, plan: PlanView, detail: string): Promise<PlanView> {
  const now = deps.clock();
  const error = { code: 'temporal_unavailable', detail };
  const ended = await deps.store.plans.change(plan.plan_id, (known) => {
    if (known.status !== 'PENDING' || known.started_at !== null) return null;
    const steps = known.steps.map((step) => ({ ...step, status: 'SKIPPED' as const }));
    const finished_at = isoTime(now);
    const failed: PlanView = { ...known, status: 'ERROR', error, steps, finished_at };
    return { plan: failed, events: [planEvent(failed, 'plan.failed', 'madre', now, { error })] };
  });
  return ended ?? plan;
}

async function logIntent(deps: PlanDeps, proposal: Proposal, intent: Intent): Promise<string> {
  const { source, actor, correlation_id, session_id = null } = proposal;
  const intent_id = newId('intent');
  const payload = {
    text: intent.text,
    domain: intent.domain,
    action: intent.action,
    targets: intent.targets,
    ...(intent.hosts.length > 0 && { hosts: intent.hosts }),
  };
  const at = deps.clock();
  const received = { intent_id, at, source, actor, session_id, correlation_id, payload };
  await deps.store.intents.append(received, [intentReceived(received)]);
  return intent_id;
}

/** The intent of a proposal that has only steps. The risk comes from the steps, not from it. */
function intentOfSteps({ steps = [], reason }: Proposal): Intent {
  const targets = steps.flatMap((step) =>
    step.type === 'OPEN_WINDOW' ? step.params.services : [],
  );
  return {
    domain: 'system',
    action: 'run',
    targets: [...new Set(targets)],
    hosts: [],
    all: false,
    ttl_seconds: null,
    reason,
    code: null,
    confidence: 1,
    text: reason ?? '',
    language: 'en',
    warnings: [],
    parsed_by: 'rules',
  };
}
