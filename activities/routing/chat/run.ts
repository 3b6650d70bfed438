import { setTimeout as pause } from 'node:timers/promises';
import type { ChatRequest } from '../../../contracts/openai.ts';
import type { RoutingCall } from '../../../contracts/routing-call.ts';
import { nextTry, type NextTry, type Try } from '../../../domain/routing/failure/next-try.ts';
import { asFailure } from '../wire/send.ts';
import { beginAttempt } from './attempt.ts';
import type { ChatDeps } from './deps.ts';
import { finishSession } from './finish.ts';
import { getAnswer, type Settled } from './get-answer.ts';
import { readRequest } from './prepare.ts';
import { errorReply, RoutingError, type ChatReply } from './reply.ts';
import { decideNow, eligibleNow, openSession, type Session } from './session.ts';
import { noTargetError, stopError } from './stop.ts';
import type { PendingWakes } from './pending-wakes.ts';

/** Answers a chat request, or asks for a wake first. Never rejects. */
export async function runChat(
  body: ChatRequest,
  call: RoutingCall,
  caller: AbortSignal,
  pending: PendingWakes,
  deps: ChatDeps,
): Promise<ChatReply> {
  let session: Session | null = null;
  try {
    session = pending.take(call.woken, call.owner_id, deps);
    session ??= await openSession(readRequest(body, call, deps), deps);
    return await answer(session, caller, pending, deps);
  } catch (error) {
    const known = error instanceof RoutingError ? error : internal(error, deps);
    if (session !== null) {
      known.options.decision_id ??= session.id;
      finishSession(session, { ok: false, target: null, code: known.code }, deps);
    }
    return errorReply(known);
  }
}

function internal(error: unknown, { log }: ChatDeps): RoutingError {
  log.error({ err: error }, 'a request could not be routed');
  return new RoutingError('internal_error', 'The switch failed; its log has the cause.');
}

async function answer(
  session: Session,
  caller: AbortSignal,
  pending: PendingWakes,
  deps: ChatDeps,
): Promise<ChatReply> {
  const { deadline_ms } = session.request;
  const signal =
    deadline_ms === null
      ? caller
      : AbortSignal.any([caller, AbortSignal.timeout(Math.max(0, deadline_ms - deps.clock()))]);
  let given: Settled | null = null;
  for (;;) {
    const next = await nextOf(session, signal, deps);
    if (next.act === 'stop') {
      if (next.how === 'answer' && given?.worthless !== undefined) return given.worthless();
      throw stopError(session, next, caller, deps);
    }
    const wake = pending.needed(session, next.target, deps);
    if (wake === 'never') {
      session.failed.push(failedAs(next, 'window_ended'));
      continue;
    }
    if (wake !== null) return { kind: 'wake', request: wake };
    const attempt = await beginAttempt(session, next.target, next.key, signal, deps);
    if (attempt === null) {
      session.failed.push(failedAs(next, 'quota'));
      continue;
    }
    given = await getAnswer(session, attempt, caller, deps).catch((error: unknown) => {
      throw asFailure(error, caller);
    });
    if (given.reply !== undefined) return given.reply;
    session.failed.push(failedAs(next, given.kind));
  }
}

const failedAs = (
  { target, key }: { target: string; key: string | null },
  kind: Try['kind'],
): Try => ({
  target,
  key,
  kind,
  content_sent: false,
});

/** The first try, or what follows those that failed. Waits where waiting helps and the deadline allows it. */
async function nextOf(session: Session, signal: AbortSignal, deps: ChatDeps): Promise<NextTry> {
  for (;;) {
    if (session.failed.length === 0) {
      const { chosen, none } = session.record;
      if (chosen !== null) return firstTry(session, chosen, deps);
      if (none?.act !== 'wait') throw noTargetError(session, deps);
      await wait(none.until_ms! - deps.clock(), signal);
    } else {
      const next = nextTry(
        session.record,
        session.failed,
        eligibleNow(session, deps),
        secondsLeft(session, deps),
      );
      if (next.act !== 'stop' || next.code !== 'rate_limit_exceeded') return next;
      if (session.request.deadline_ms === null) return next;
    }
    // all are limited: decided again once the first is back, if it answers in time
    session.record = await decideNow(session.request, deps);
    if (session.record.chosen === null && session.record.none?.act !== 'wait')
      throw noTargetError(session, deps);
    session.failed = [];
  }
}

const secondsLeft = ({ request: { deadline_ms } }: Session, { clock }: ChatDeps): number | null =>
  deadline_ms === null ? null : (deadline_ms - clock()) / 1000;

async function wait(ms: number, signal: AbortSignal): Promise<void> {
  await pause(Math.max(0, ms), undefined, { signal }).catch(() => undefined);
}

function firstTry(session: Session, target: string, deps: ChatDeps): NextTry {
  const keys = eligibleNow(session, deps).get(target)?.keys ?? [null];
  return { act: 'try', target, key: keys[session.record.seed % Math.max(1, keys.length)] ?? null };
}
