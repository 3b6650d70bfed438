import type { FailureKind } from '../../../contracts/routing.ts';
import { openaiErrorOf } from '../../../contracts/openai.ts';
import { usageChunk, type AnswerName } from '../answer/rewrite.ts';
import type { Tally } from '../answer/tally.ts';
import { asFailure } from '../wire/send.ts';
import type { JsonObject, WireFailure } from '../wire/wire.ts';
import { judge, type Attempt } from './attempt.ts';
import type { ChatDeps } from './deps.ts';
import { finishAnswered, finishTry } from './finish.ts';
import { faultOf, type OpenAnswer } from './open-answer.ts';
import type { Session } from './session.ts';

const event = (value: unknown): string => `data: ${JSON.stringify(value)}\n\n`;
const last = 'data: [DONE]\n\n';
const nowSeconds = (): number => Math.floor(Date.now() / 1000);

/**
 * The text of a stream, which ends the request whatever happens: complete, with an error inside the stream, or when its
 * reader is gone. A broken stream never ends like a complete one: clients would take it for one.
 */
export function streamText(
  session: Session,
  attempt: Attempt,
  open: OpenAnswer,
  name: AnswerName,
  fault: WireFailure | null,
  caller: AbortSignal,
  deps: ChatDeps,
): AsyncGenerator<string, void, void> {
  const end = createEnd(session, attempt, open, deps);
  // also for a caller that hangs up before the first piece is read
  caller.addEventListener('abort', () => end('aborted', null, 'aborted'), { once: true });
  return textOf(session, attempt, open, name, fault, end, deps);
}

/** Returns how the try ended, which may be `truncated` although its answer looked complete. */
type End = (
  kind: FailureKind | null,
  failure: WireFailure | null,
  code: string | null,
) => FailureKind | null;

/** Ends the request; only the first call counts. */
function createEnd(
  session: Session,
  attempt: Attempt,
  { tally, firstTokenMs }: OpenAnswer,
  deps: ChatDeps,
): End {
  let isOver = false;
  return (kind, failure, code) => {
    if (isOver) return kind;
    isOver = true;
    const done = finishTry(session, attempt, { kind, failure, tally, firstTokenMs }, deps);
    finishAnswered(session, attempt, done, code ?? done.kind, tally, deps);
    return done.kind;
  };
}

async function* textOf(
  session: Session,
  attempt: Attempt,
  open: OpenAnswer,
  name: AnswerName,
  fault: WireFailure | null,
  end: End,
  deps: ChatDeps,
): AsyncGenerator<string, void, void> {
  const { tally } = open;
  try {
    for await (const chunk of open.chunks) yield event(chunk);
    const late = fault ?? faultOf(tally, session.request.wantsJson);
    const kind = end(late?.kind ?? null, late, null);
    if (late !== null && late.kind !== 'refused') {
      const message = `The answer is no good: ${late.message}.`;
      yield event(openaiErrorOf('upstream_error', message, { decision_id: session.id }));
      return;
    }
    if (session.request.includeUsage)
      yield event(usageChunk(name, tally.rawUsage ?? estimated(session, tally), nowSeconds()));
    if (kind === 'truncated') yield ': x-vx11-fault: truncated\n\n';
    yield last;
  } catch (error) {
    const failure = asFailure(error, attempt.call.signal);
    if (attempt.provider.service !== null) await deps.facts.services.refresh(0);
    const kind = judge(failure, attempt, true, deps);
    end(kind, failure, kind === 'aborted' ? 'aborted' : 'upstream_error');
    yield event(openaiErrorOf('upstream_error', inStream(kind), { decision_id: session.id }));
  } finally {
    // a reader that is gone ends the generator here
    end('aborted', null, 'aborted');
  }
}

const inStream = (kind: FailureKind): string =>
  kind === 'aborted'
    ? 'The deadline passed before the answer was complete.'
    : kind === 'window_ended'
      ? 'The window of the model ended before the answer was complete.'
      : 'The target broke off before its answer was complete. What came so far is not a complete answer.';

const estimated = ({ request }: Session, { length }: Tally): JsonObject => {
  const prompt_tokens = Math.ceil(request.features.bytes_in / 4);
  const completion_tokens = Math.ceil(length / 4);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
};
