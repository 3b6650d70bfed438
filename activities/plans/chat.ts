import type { HearChat, MadreChatCall, MadreChatReply } from '../../contracts/chat.ts';
import { newId } from '../../contracts/ids.ts';
import type { Intent } from '../../contracts/intent.ts';
import type { PlanStep, PlanView } from '../../contracts/plan.ts';
import { planHasEnded } from '../../domain/plan-state.ts';
import { dryText, replyTo } from '../../domain/reply.ts';
import { modeAfter, summaryOf, topicOf } from '../../domain/session.ts';
import { createKeyedLock } from '../lock.ts';
import type { Llm } from '../llm.ts';
import { readWorld } from './facts.ts';
import type { PlanNews } from './plan-news.ts';
import { propose, type Proposed } from './propose.ts';
import type { PlanDeps } from './ports.ts';
import { byRules, understand, type Understood } from './understand.ts';

/** A caller has an answer by then, and what runs goes on without it. */
const answerWithinMs = 2500;

/** With `tell`, what comes before the answer is told as it comes. */
export type Chat = (call: MadreChatCall, tell?: HearChat) => Promise<MadreChatReply>;

/** Talks: logs what was said, understands it, plans it, and tells what came of it. One turn of a session at a time. */
export function createChat(deps: PlanDeps & { llm: Llm; news: PlanNews }): Chat {
  const turns = createKeyedLock();
  return (call, tell) => {
    const session_id = call.session_id ?? `session-${newId('run').slice('run-'.length)}`;
    return turns.run(`${call.actor}\n${session_id}`, () =>
      turn(deps, { ...call, session_id }, tell),
    );
  };
}

async function turn(
  deps: PlanDeps & { llm: Llm; news: PlanNews },
  call: MadreChatCall & { session_id: string },
  tell: HearChat | undefined,
): Promise<MadreChatReply> {
  const { store, clock } = deps;
  const { actor, session_id, correlation_id, message, source, context } = call;
  const began = performance.now();
  const intent_id = newId('intent');
  const at = clock();
  await store.intents.append(
    {
      intent_id,
      at,
      source,
      actor,
      session_id,
      correlation_id,
      payload: { text: message, ...(Object.keys(context).length > 0 && { context }) },
    },
    [{ type: 'intent.received', at, actor, correlation_id, payload: { intent_id, source } }],
  );
  const understood = await read(deps, call, tell);
  const { intent } = understood;
  const unfollow = tell && deps.news.follow(intent_id, tellSteps(tell));
  const { plan, now, confirm_token } = await carriedOut(deps, call, {
    intent,
    intent_id,
    answerBy: began + answerWithinMs,
  }).finally(() => unfollow?.());
  const response =
    understood.said ??
    (call.dry_run && plan.status !== 'ERROR'
      ? dryText(plan, intent.language)
      : replyTo(intent, now));
  const mode = modeAfter((await store.sessions.modeOf(actor, session_id)) ?? 'MADRE', intent);
  const status = statusOf(now, call.dry_run);
  await store.sessions.append(
    actor,
    session_id,
    {
      at: clock(),
      actor,
      message,
      response,
      status,
      intent_id,
      plan_id: call.dry_run ? null : plan.plan_id,
    },
    (recent) => ({ mode, topic: topicOf(recent), summary: summaryOf(recent) }),
  );
  const running = !call.dry_run && (now.status === 'PENDING' || now.status === 'RUNNING');
  return {
    response,
    session_id,
    intent_id,
    plan_id: call.dry_run ? null : plan.plan_id,
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
    error: now.error?.code ?? null,
  };
}

const tellSteps =
  (tell: HearChat) =>
  (plan_id: string, { step_id, type, status, error }: PlanStep): void =>
    tell({ event: 'step', data: { plan_id, step_id, type, status, error: error?.code ?? null } });

async function read(
  deps: PlanDeps & { llm: Llm },
  { message, correlation_id, as_task }: MadreChatCall,
  tell: HearChat | undefined,
): Promise<Understood> {
  if (as_task) {
    return { intent: taskOf(message), said: null, reasoning: null, ...byRules, degraded: false };
  }
  const say = tell && ((delta: string): void => tell({ event: 'text', data: { delta } }));
  return understand(deps.llm, message, await readWorld(deps.store), { correlation_id, say });
}

/** The plan as it was made, and as it is when the caller has to have an answer. */
async function carriedOut(
  deps: PlanDeps & { news: PlanNews },
  call: MadreChatCall & { session_id: string },
  { intent, intent_id, answerBy }: { intent: Intent; intent_id: string; answerBy: number },
): Promise<Proposed & { now: PlanView }> {
  const { source, actor, scope, correlation_id, session_id, dry_run } = call;
  const asked = { source, actor, scope, correlation_id, session_id, dry_run };
  const proposed = await propose(deps, { ...asked, intent, intent_id, reason: intent.reason });
  if (dry_run) return { ...proposed, now: proposed.plan };
  const left = Math.max(0, answerBy - performance.now());
  return { ...proposed, now: await settled(deps, proposed.plan, left) };
}

/** The whole text is a shell script: there is nothing to understand. */
const taskOf = (code: string): Intent => ({
  domain: 'system',
  action: 'run',
  targets: [],
  hosts: [],
  all: false,
  ttl_seconds: null,
  reason: null,
  code,
  confidence: 1,
  text: code,
  language: 'en',
  warnings: [],
  parsed_by: 'rules',
});

/** The plan as it ends, where that is soon; else as it is when the caller's time is over. */
async function settled(
  { store, news }: PlanDeps & { news: PlanNews },
  plan: PlanView,
  limitMs: number,
): Promise<PlanView> {
  if (plan.status === 'WAITING' || planHasEnded(plan)) return plan;
  const ended = await news.ended(plan.plan_id, limitMs);
  return ended ?? (await store.plans.find(plan.plan_id)) ?? plan;
}

function statusOf({ status }: PlanView, dry: boolean): MadreChatReply['status'] {
  if (status === 'ERROR' || status === 'REJECTED' || status === 'CANCELLED') return 'ERROR';
  return status === 'DONE' || dry ? 'DONE' : 'WAITING';
}
