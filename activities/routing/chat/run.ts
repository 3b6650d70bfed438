import { setTimeout as pause } from 'node:timers/promises';
import type {
  RoutingCall,
  RoutingTry,
  WaitRequest,
  WakeReport,
} from '../../../contracts/routing-call.ts';
import { nextTry, type NextTry, type Try } from '../../../domain/routing/failure/next-try.ts';
import { asFailure } from '../wire/send.ts';
import type { AskedBody } from './asked-body.ts';
import { beginAttempt } from './attempt.ts';
import type { ChatDeps } from './deps.ts';
import { finishSession } from './finish.ts';
import { getAnswer, type Settled } from './get-answer.ts';
import { readRequest } from './prepare.ts';
import { errorReply, RoutingError, type ChatReply } from './reply.ts';
import { decideNow, eligibleNow, openSession, type Session } from './session.ts';
import { noTargetError, stopError } from './stop.ts';
import { waitInLine } from './wait-in-line.ts';
import type { PendingPrograms } from './pending-programs.ts';
import type { PendingWaits } from './pending-waits.ts';
import type { PendingWakes } from './pending-wakes.ts';
import { mayPrewarm } from './prewarm.ts';

/** Requests that wait for something that the gateway does for them. */
export interface Pending {
  wakes: PendingWakes;
  programs: PendingPrograms;
  waits: PendingWaits;
}

/** Answers a chat request, or asks for a wake or a program first. Never rejects. */
export async function runChat(
  body: AskedBody,
  call: RoutingCall,
  caller: AbortSignal,
  pending: Pending,
  deps: ChatDeps,
): Promise<ChatReply> {
  let session: Session | null = null;
  try {
    session = pending.wakes.take(call.woken, call.owner_id, deps);
    session ??= await pending.programs.take(call.ran, call.owner_id, deps);
    session ??= pending.waits.take(call.announced, call.owner_id);
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
  pending: Pending,
  deps: ChatDeps,
): Promise<ChatReply> {
  const { deadline_ms } = session.request;
  const signal =
    deadline_ms === null
      ? caller
      : AbortSignal.any([caller, AbortSignal.timeout(Math.max(0, deadline_ms - deps.clock()))]);
  let given: Settled | null = null;
  for (;;) {
    const next = await nextOf(session, signal, pending, deps);
    if ('decision_id' in next) return { kind: 'wait', request: next };
    if (next.act === 'stop') {
      if (next.how === 'answer' && given?.worthless !== undefined) return given.worthless();
      throw stopError(session, next, caller, deps);
    }
    const wake = pending.wakes.needed(session, next.target, deps);
    if (wake !== null && 'never' in wake) {
      session.failed.push(failedAs(next, 'window_ended'));
      session.tries.push(unwoken(next.target, wake.never));
      continue;
    }
    if (wake !== null) {
      if (!mayPrewarm(session, wake, deps)) return { kind: 'wake', request: wake };
      pending.wakes.drop(session.id);
      deps.facts.wakes.asked(wake.service, deps.clock());
      session.prewarm = wake;
      session.failed.push(failedAs(next, 'window_ended'));
      continue;
    }
    const program = pending.programs.needed(session, next.target, deps);
    if (program !== null) return { kind: 'program', request: program };
    const attempt = await beginAttempt(session, next.target, next.key, signal, deps);
    if (typeof attempt === 'string') {
      if (session.failed.length === 0) {
        // another one took the last place, or the rest of a limit, meanwhile
        session.record = await decideNow(session.request, deps);
        if (attempt === 'busy' || session.record.chosen !== next.target) continue;
      }
      session.failed.push(failedAs(next, attempt === 'busy' ? 'rate_limited' : attempt));
      continue;
    }
    given = await getAnswer(session, attempt, caller, deps).catch((error: unknown) => {
      throw asFailure(error, caller);
    });
    if (given.reply !== undefined) return given.reply;
    session.failed.push(failedAs(next, given.kind));
  }
}

/** A wait is looked at again after this time: a window may close, or a person reset a cooldown, before the instant that was known. */
const longestWaitMs = 1000;
/** No sooner than this: sums of money here and in the store may differ in their last digit. */
const shortestWaitMs = 250;

/** Nobody waits for an answer any more. */
const gone: NextTry = { act: 'stop', how: 'error', code: 'aborted', retry: false };

const failedAs = (
  { target, key }: { target: string; key: string | null },
  kind: Try['kind'],
): Try => ({
  target,
  key,
  kind,
  content_sent: false,
});

/** A wake that failed, beside the tries that follow it. */
const unwoken = (target: string, { service, seconds, why }: WakeReport): RoutingTry => ({
  target,
  key: null,
  failure: 'window_ended',
  status: null,
  detail: `${service} did not wake: ${why ?? 'unknown'}`.slice(0, 300),
  ms: Math.round(seconds * 1000),
  first_token_ms: null,
});

/**
 * The first try, or what follows those that failed. Waits where waiting helps and the deadline allows it, after the caller
 * knows of it, if that is possible.
 */
async function nextOf(
  session: Session,
  signal: AbortSignal,
  { waits }: Pending,
  deps: ChatDeps,
): Promise<NextTry | WaitRequest> {
  for (;;) {
    if (session.failed.length === 0) {
      const { chosen, none } = session.record;
      if (chosen !== null) return firstTry(session, chosen, deps);
      const announcement = none?.act === 'refuse' ? null : waits.needed(session);
      if (announcement !== null) return announcement;
      if (none?.act === 'queue') await waitInLine(session, signal, deps);
      else if (none?.act === 'wait')
        await wait(Math.min(longestWaitMs, none.until_ms! - deps.clock()), signal);
      else throw noTargetError(session, deps);
      if (signal.aborted) return gone;
      // its window may have ended while it waited
      session.woken.clear();
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
    // all are limited or busy: decided again once the first is back, if it answers in time
    session.record = await decideNow(session.request, deps);
    if (session.record.none?.act === 'refuse') throw noTargetError(session, deps);
    if (session.record.chosen !== null) await wait(shortestWaitMs, signal);
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
