import { prewarmHeader } from '../../../contracts/routing-call.ts';
import { inputsOf } from '../../../domain/routing/request/read-embeddings.ts';
import type { FailureKind } from '../../../contracts/routing.ts';
import type { AnswerName } from '../answer/rewrite.ts';
import { toolCallsParse, type Tally } from '../answer/tally.ts';
import { asFailure, unreachable } from '../wire/send.ts';
import type { JsonObject } from '../wire/wire.ts';
import { judge, type Attempt } from './attempt.ts';
import type { ChatDeps } from './deps.ts';
import { finishAnswered, finishTry } from './finish.ts';
import { faultOf, faultOfVectors, getWhole, openStream, type OpenAnswer } from './open-answer.ts';
import { streamText } from './stream-text.ts';
import type { ChatReply } from './reply.ts';
import type { Session } from './session.ts';

/** What came of one try: an answer for the caller, or why there is none. */
export interface Settled {
  reply?: ChatReply;
  kind: FailureKind;
  /** Gives what is no good, marked as that: nothing better came elsewhere. Left out if there is nothing to give. */
  worthless?: () => ChatReply;
}

/** Makes one try. */
export async function getAnswer(
  session: Session,
  attempt: Attempt,
  caller: AbortSignal,
  deps: ChatDeps,
): Promise<Settled> {
  const name = {
    id: `chatcmpl-${session.id.slice('decision-'.length)}`,
    model: attempt.model.target.id,
  };
  try {
    return session.request.stream
      ? streamed(
          session,
          attempt,
          await openStream(attempt.wire, attempt.call, name),
          name,
          caller,
          deps,
        )
      : whole(session, attempt, await getWhole(attempt.wire, attempt.call, name), deps);
  } catch (error) {
    const failure = asFailure(error, attempt.call.signal);
    if (failure.upstream.code === unreachable) session.unreachable.add(attempt.provider.id);
    // a service that just ended was not the model's fault
    if (attempt.provider.service !== null) await deps.facts.services.refresh(0);
    const kind = judge(failure, attempt, false, deps);
    finishTry(session, attempt, { kind, failure, tally: null, firstTokenMs: null }, deps);
    if (caller.aborted) return { kind: 'aborted' };
    return { kind };
  }
}

/** Headers of every answer. */
const headersOf = (
  session: Session,
  { model }: Attempt,
  tries: number,
): Record<string, string> => ({
  'x-vx11-decision': session.id,
  'x-vx11-target': model.target.id,
  'x-vx11-tries': String(tries),
  ...(session.prewarm !== null && { [prewarmHeader]: btoa(JSON.stringify(session.prewarm)) }),
  ...(session.dropped.length > 0 && { 'x-vx11-dropped': session.dropped.join(', ') }),
});

function whole(
  session: Session,
  attempt: Attempt,
  { tally, body }: { tally: Tally; body: JsonObject },
  deps: ChatDeps,
): Settled {
  const { embeds, wantsJson, body: asked } = session.request;
  const fault = embeds
    ? faultOfVectors(tally, inputsOf(asked.input).length)
    : faultOf(tally, wantsJson);
  // vectors come at once
  const firstTokenMs = embeds ? performance.now() - attempt.began : null;
  const ended = { kind: fault?.kind ?? null, failure: fault, tally, firstTokenMs };
  const done = finishTry(session, attempt, ended, deps);
  const reply = (): ChatReply => {
    finishAnswered(session, attempt, done, done.kind, tally, deps);
    const cost = done.bill.usd === null ? {} : { 'x-vx11-cost-usd': String(round(done.bill.usd)) };
    const isGood = done.kind === null || done.kind === 'refused';
    const headers = {
      ...headersOf(session, attempt, session.tries.length),
      ...cost,
      ...(!isGood && { 'x-vx11-fault': done.kind! }),
    };
    return { kind: 'json', status: 200, headers, body };
  };
  if (done.kind === null || done.kind === 'refused') return { kind: 'refused', reply: reply() };
  // half a tool call is not a call, and an empty answer no success
  const isWhole = done.kind === 'truncated';
  const hasText = tally.text !== '' && toolCallsParse(tally) !== false;
  return { kind: done.kind, ...((isWhole || hasText) && { worthless: reply }) };
}

const round = (usd: number): number => Math.round(usd * 1e9) / 1e9;

function streamed(
  session: Session,
  attempt: Attempt,
  open: OpenAnswer,
  name: AnswerName,
  caller: AbortSignal,
  deps: ChatDeps,
): Settled {
  const { tally } = open;
  const fault = tally.content ? null : faultOf(tally, false);
  const headers = headersOf(session, attempt, session.tries.length + 1);
  if (fault === null || fault.kind === 'refused') {
    const text = streamText(session, attempt, open, name, fault, caller, deps);
    return { kind: 'refused', reply: { kind: 'stream', headers, text } };
  }
  const ended = { kind: fault.kind, failure: fault, tally, firstTokenMs: null };
  finishTry(session, attempt, ended, deps);
  return { kind: fault.kind ?? 'bad_answer' };
}
