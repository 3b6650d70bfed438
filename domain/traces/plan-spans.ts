import type { EventRecord } from '../../contracts/event.ts';
import {
  firstOf,
  known,
  part,
  requestAttributes,
  textOf,
  textsOf,
  whole,
  type Moment,
  type SpanDraft,
} from './span.ts';

/** A try of a step, or its undo. The first has the reference that what the step starts names as its parent. */
export function stepSpan({ subject, event, before }: Moment): SpanDraft[] {
  const { at, seq, payload } = event;
  const step = textOf(payload, 'step_id') ?? String(seq);
  const status = textOf(payload, 'status') ?? '';
  const isAgain = before.some(
    ({ type, payload: of }) => type === 'plan.step' && of['step_id'] === step,
  );
  const what = status === 'UNDONE' ? 'undo' : 'step';
  const attributes = known({ 'vx11.step_id': step, 'vx11.status': status });
  const error = textOf(payload, 'error');
  return [
    part(
      subject,
      isAgain ? `${step}/${seq}` : step,
      `${what} ${textOf(payload, 'type') ?? ''}`.trim(),
      [textOf(payload, 'started_at') ?? at, at],
      { attributes, error: status === 'ERROR' ? (error ?? status) : null },
    ),
  ];
}

/** The wait for people, when the plan begins to run. */
export function waitingSpan({ subject, event, before }: Moment): SpanDraft[] {
  const asked = firstOf(before, 'plan.waiting');
  if (asked === undefined || firstOf(before, 'plan.running') !== undefined) return [];
  const approvals = before.filter(({ type }) => type === 'plan.approved');
  const events = approvals.map(({ at, actor }) => ({
    at: Date.parse(at),
    name: 'approved',
    attributes: { 'vx11.actor': actor },
  }));
  return [part(subject, 'waiting', 'waiting', [asked.at, event.at], { events })];
}

/** The whole of a plan that has ended; with its wait, if nobody confirmed it. */
export function endedPlanSpans(moment: Moment): SpanDraft[] {
  const { subject, event, before } = moment;
  const { at, payload, type } = event;
  const begun = firstOf(before, 'plan.created');
  const started = begun?.at ?? textOf(payload, 'started_at') ?? at;
  const attributes = {
    ...requestAttributes(begun ?? event, event),
    ...known({
      'vx11.plan_id': subject.id,
      'vx11.status': type.slice('plan.'.length),
      'vx11.because': textOf(payload, 'because'),
      'vx11.risk': begun === undefined ? null : textOf(begun.payload, 'risk'),
    }),
  };
  const error = type === 'plan.failed' ? errorOf(event) : null;
  return [
    ...waitingSpan(moment),
    whole(subject, nameOf(begun ?? event), [started, at], { error, attributes }),
  ];
}

/** Steps have few kinds, so that they may be in a name. */
const nameOf = ({ payload }: EventRecord): string => {
  const kinds = [...new Set(textsOf(payload, 'steps'))].slice(0, 3);
  const what = kinds.length > 0 ? kinds.join(', ') : textOf(payload, 'action');
  return what === null ? 'plan' : `plan ${what}`;
};

function errorOf({ payload }: EventRecord): string {
  const { code, detail } = (payload['error'] ?? {}) as { code?: unknown; detail?: unknown };
  const texts = [code, detail].filter((one) => typeof one === 'string');
  return texts.join(': ') || 'it failed';
}
