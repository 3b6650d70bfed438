import type { OnChatPart, MadreChatCall, MadreChatReply } from '../../contracts/chat.ts';
import { newId } from '../../contracts/ids.ts';
import type { Intent, NewIntent } from '../../contracts/intent.ts';
import type { PlanStep, PlanView } from '../../contracts/plan.ts';
import { whoSent } from '../../contracts/principal.ts';
import type { ScriptType } from '../../contracts/task.ts';
import { intentReceived } from '../../domain/language/intent-received.ts';
import { planHasEnded } from '../../domain/plans/plan-state.ts';
import { dryText, replyTo, sentencesOf } from '../../domain/language/chat-reply.ts';
import { modeAfter, summaryOf, topicOf } from '../../domain/language/session.ts';
import { createKeyedLock, LockTimeoutError } from '../../platform/concurrency/lock.ts';
import { noLlm, type Llm } from '../providers/language-models.ts';
import { readWorld } from './facts.ts';
import type { PlanEventBus } from './plan-event-bus.ts';
import { propose, type Proposed } from './propose.ts';
import type { PlanDeps } from './ports.ts';
import { byRules, parseLimitMs, understand, type Understood } from './understand.ts';

/** The caller gets an answer within this time, including the wait for its turn; running work continues after it. */
const answerWithinMs = 2500;
/** With less time left than this, the model is not asked. */
const leastThoughtMs = 1000;

/** Answers a chat message; `onPart` gets the parts that precede the answer as they arrive. */
export type Chat = (call: MadreChatCall, onPart?: OnChatPart) => Promise<MadreChatReply>;

/**
 * Handles a chat message: logs it, understands it, plans it, and reports the outcome. A session handles one message at a
 * time; one that cannot start in time is only logged and answered with `session_busy`.
 */
export function createChat(deps: PlanDeps & { llm: Llm; eventBus: PlanEventBus }): Chat {
  const turns = createKeyedLock(answerWithinMs);
  return (call, onPart) => {
    const session_id = call.session_id ?? `session-${newId('run').slice('run-'.length)}`;
    const said = { ...call, session_id };
    const answerBy = performance.now() + answerWithinMs;
    return turns
      .run(`${call.principal ?? `name:${call.actor}`}\n${session_id}`, () =>
        turn(deps, said, answerBy, onPart),
      )
      .catch((error: unknown) => {
        if (error instanceof LockTimeoutError) return busy(deps, said);
        throw error;
      });
  };
}

type Said = MadreChatCall & { session_id: string };

/** Logs the message as an intent. @param more further fields of its payload @returns the intent's id */
async function logged(
  { store, clock }: PlanDeps,
  call: Said,
  more: Record<string, string> = {},
): Promise<string> {
  const { actor, session_id, correlation_id, message, source, context } = call;
  const intent_id = call.intent_id ?? newId('intent');
  const said: NewIntent = {
    intent_id,
    at: clock(),
    source,
    actor,
    session_id,
    correlation_id,
    payload: {
      text: message,
      ...(Object.keys(context).length > 0 && { context }),
      ...(call.dry_run && { dry_run: true }),
      ...(call.via !== undefined && { via: call.via }),
      ...more,
    },
  };
  await store.intents.append(said, [intentReceived(said)]);
  return intent_id;
}

/** Answers a message that could not start in time. It is not added to the session, whose earlier messages still run. */
async function busy(deps: PlanDeps, call: Said): Promise<MadreChatReply> {
  const { session_id, correlation_id } = call;
  const error = 'session_busy';
  const intent_id = await logged(deps, call, { refused: error });
  const { intent } = await readByRules(deps, call);
  return {
    response: sentencesOf(intent.language).busy,
    session_id,
    intent_id,
    plan_id: null,
    status: 'ERROR',
    mode: (await deps.store.sessions.modeOf(whoSent(call), session_id)) ?? 'MADRE',
    ...byRules,
    warnings: [error],
    targets: intent.targets,
    actions: [],
    degraded: false,
    correlation_id,
    reasoning: null,
    confidence: intent.confidence,
    error,
  };
}

async function turn(
  deps: PlanDeps & { llm: Llm; eventBus: PlanEventBus },
  call: Said,
  answerBy: number,
  onPart: OnChatPart | undefined,
): Promise<MadreChatReply> {
  const { store, clock } = deps;
  const { actor, session_id, correlation_id, message } = call;
  const intent_id = await logged(deps, call);
  const understood = await read(deps, call, answerBy - performance.now(), onPart);
  const { priority } = call;
  const intent: Intent = { ...understood.intent, ...(priority !== undefined && { priority }) };
  const unfollow = onPart && deps.eventBus.follow(intent_id, stepParts(onPart));
  const { plan, now, confirm_token } = await carriedOut(deps, call, {
    intent,
    intent_id,
    answerBy,
  }).finally(() => unfollow?.());
  const response =
    understood.said ??
    (call.dry_run && !planHasEnded(plan) ? dryText(plan, intent.language) : replyTo(intent, now));
  const mode = modeAfter(
    (await store.sessions.modeOf(whoSent(call), session_id)) ?? 'MADRE',
    intent,
  );
  const status = statusOf(now, call.dry_run);
  const kept = !call.dry_run || (call.answer_reads === true && plan.status === 'DONE');
  await store.sessions.append(
    whoSent(call),
    session_id,
    {
      at: clock(),
      actor,
      message,
      response,
      status,
      intent_id,
      plan_id: kept ? plan.plan_id : null,
    },
    (recent) => ({ mode, topic: topicOf(recent), summary: summaryOf(recent) }),
  );
  const running = !call.dry_run && (now.status === 'PENDING' || now.status === 'RUNNING');
  return {
    response,
    session_id,
    intent_id,
    plan_id: kept ? plan.plan_id : null,
    status,
    mode,
    provider: understood.provider,
    model: understood.model,
    warnings: [...now.warnings, ...(running ? ['still_running'] : [])],
    targets: now.targets,
    actions: now.steps,
    ...(confirm_token !== null && { confirm_token, expires_at: now.confirmation!.expires_at }),
    degraded: understood.degraded,
    correlation_id,
    reasoning: call.require_reasoning ? understood.reasoning : null,
    confidence: intent.confidence,
    error: now.error?.code ?? null,
  };
}

const stepParts =
  (onPart: OnChatPart) =>
  (plan_id: string, { step_id, type, status, error }: PlanStep): void =>
    onPart({ event: 'step', data: { plan_id, step_id, type, status, error: error?.code ?? null } });

async function readByRules(
  deps: PlanDeps,
  { message, correlation_id, as_task, task_type }: Said,
): Promise<Understood> {
  if (!as_task) return understand(noLlm, message, await readWorld(deps.store), { correlation_id });
  const intent = taskOf(message, task_type ?? 'shell');
  return { intent, said: null, reasoning: null, ...byRules, degraded: false };
}

/** Understands the message; asks the model only if there is time for it. */
async function read(
  deps: PlanDeps & { llm: Llm },
  call: Said,
  leftMs: number,
  onPart: OnChatPart | undefined,
): Promise<Understood> {
  const { message, correlation_id, as_task } = call;
  if (as_task || leftMs < leastThoughtMs) {
    const alone = await readByRules(deps, call);
    return { ...alone, degraded: !as_task && deps.llm.provider !== null };
  }
  const world = await readWorld(deps.store);
  const say = onPart && ((delta: string): void => onPart({ event: 'text', data: { delta } }));
  const limitMs = Math.min(parseLimitMs, leftMs);
  return understand(deps.llm, message, world, { correlation_id, limitMs, say });
}

/** Proposes the plan. Returns it as it was made, and as `now` when the caller must get its answer. */
async function carriedOut(
  deps: PlanDeps & { eventBus: PlanEventBus },
  call: Said,
  { intent, intent_id, answerBy }: { intent: Intent; intent_id: string; answerBy: number },
): Promise<Proposed & { now: PlanView }> {
  const { source, actor, principal, scope, correlation_id, session_id } = call;
  const { dry_run, answer_reads = false, via } = call;
  const from = { source, actor, principal, scope, correlation_id, session_id };
  const origin = {
    ...from,
    dry_run,
    answer_reads,
    ...(via !== undefined && { via: { tool: via.tool, client: via.client } }),
  };
  const proposed = await propose(deps, { ...origin, intent, intent_id, reason: intent.reason });
  if (dry_run) return { ...proposed, now: proposed.plan };
  const left = Math.max(0, answerBy - performance.now());
  return { ...proposed, now: await settled(deps, proposed.plan, left) };
}

/** The intent of a message that is a script as a whole, so that nothing has to be understood. */
const taskOf = (code: string, task_type: ScriptType): Intent => ({
  domain: 'system',
  action: 'run',
  targets: [],
  hosts: [],
  all: false,
  ttl_seconds: null,
  reason: null,
  code,
  task_type,
  confidence: 1,
  text: code,
  language: 'en',
  warnings: [],
  parsed_by: 'rules',
});

/** Returns the plan at its end if it ends within `limitMs`, otherwise as it is then. */
async function settled(
  { store, eventBus }: PlanDeps & { eventBus: PlanEventBus },
  plan: PlanView,
  limitMs: number,
): Promise<PlanView> {
  if (plan.status === 'WAITING' || planHasEnded(plan)) return plan;
  const ended = await eventBus.ended(plan.plan_id, limitMs);
  return ended ?? (await store.plans.find(plan.plan_id)) ?? plan;
}

function statusOf({ status }: PlanView, dry: boolean): MadreChatReply['status'] {
  if (status === 'ERROR' || status === 'REJECTED' || status === 'CANCELLED') return 'ERROR';
  return status === 'DONE' || dry ? 'DONE' : 'WAITING';
}
