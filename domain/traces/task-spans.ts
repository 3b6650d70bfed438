import {
  firstOf,
  known,
  numberOf,
  part,
  requestAttributes,
  textOf,
  whole,
  type Moment,
  type SpanDraft,
} from './span.ts';

/** An attempt that ended, whether or not another follows. */
export function attemptSpan({ subject, event, before }: Moment): SpanDraft[] {
  const { at, payload } = event;
  const attempt = numberOf(payload, 'attempt') ?? numberOf(payload, 'attempts') ?? 0;
  const isIt = (of: Record<string, unknown>): boolean => of['attempt'] === attempt;
  const began = before.find((one) => one.type === 'spawn.running' && isIt(one.payload));
  const isOver = before.some((one) => one.type === 'spawn.retried' && isIt(one.payload));
  if (began === undefined || isOver) return [];
  const attributes = known({
    'vx11.attempt': attempt,
    'vx11.state': textOf(payload, 'state'),
    'vx11.exit_code': numberOf(payload, 'exit_code'),
  });
  const rest = { attributes, error: errorOf(payload) };
  return [part(subject, `attempt/${attempt}`, `attempt ${attempt}`, [began.at, at], rest)];
}

/** The last attempt of a task and the whole of it. */
export function endedTaskSpans(moment: Moment): SpanDraft[] {
  const { subject, event, before } = moment;
  const { at, payload } = event;
  const begun = firstOf(before, 'spawn.queued') ?? event;
  const attributes = {
    ...requestAttributes(begun, event),
    ...known({
      'vx11.spawn_id': subject.id,
      'vx11.user_id': textOf(begun.payload, 'user_id'),
      'vx11.state': textOf(payload, 'state'),
      'vx11.cause': textOf(payload, 'cause'),
      'vx11.exit_code': numberOf(payload, 'exit_code'),
    }),
  };
  const name = `task ${textOf(begun.payload, 'task_type') ?? ''}`.trim();
  const rest = { attributes, error: errorOf(payload) };
  return [...attemptSpan(moment), whole(subject, name, [begun.at, at], rest)];
}

/** A task that was cancelled did what was asked of it. */
function errorOf(payload: Record<string, unknown>): string | null {
  const state = textOf(payload, 'state');
  if (state === 'completed' || state === 'cancelled' || state === null) return null;
  return [state, textOf(payload, 'cause')].filter(Boolean).join(': ');
}
