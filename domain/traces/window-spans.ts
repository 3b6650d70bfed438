import type { EventRecord } from '../../contracts/event.ts';
import type { Receipt, ServiceFailure, ServiceReceipt } from '../../contracts/window.ts';
import {
  firstOf,
  known,
  numberOf,
  part,
  requestAttributes,
  textOf,
  textsOf,
  whole,
  type Moment,
  type SpanDraft,
} from './span.ts';

const opening = ({ subject: { id } }: Moment): string => `${id}/opening`;

/** The pull or the build of an image, which the event says the length of. */
export function imageSpan(moment: Moment): SpanDraft[] {
  const { subject, event } = moment;
  const { type, at, seq, payload } = event;
  const image = textOf(payload, 'image') ?? 'an image';
  const what = type === 'image.built' ? 'build' : 'pull';
  const end = Date.parse(at);
  const times = [end - (numberOf(payload, 'took_ms') ?? 0), end] as const;
  const attributes = known({
    'vx11.image': image,
    'vx11.services': textsOf(payload, 'services'),
    'vx11.bytes': numberOf(payload, 'bytes'),
  });
  return [
    part(subject, `image/${seq}`, `${what} ${image}`, times, { attributes }, opening(moment)),
  ];
}

/** A service that came up: until its containers run, then until it is ready. */
export function startSpans(moment: Moment): SpanDraft[] {
  const { subject, event } = moment;
  const { at, seq, payload, service } = event;
  const end = Date.parse(at);
  const start = end - (numberOf(payload, 'ready_ms') ?? 0);
  const startMs = numberOf(payload, 'start_ms');
  const rest = { attributes: known({ 'vx11.service': service }) };
  if (startMs === null) {
    return [part(subject, `start/${seq}`, `start ${service}`, [start, end], rest, opening(moment))];
  }
  const runs = Math.min(end, start + startMs);
  return [
    part(subject, `start/${seq}`, `start ${service}`, [start, runs], rest, opening(moment)),
    part(subject, `ready/${seq}`, `ready ${service}`, [runs, end], rest, opening(moment)),
  ];
}

/** A service that did not come up. When it was begun is not known, only that the window opened then. */
export function failedStartSpan(moment: Moment): SpanDraft[] {
  const { subject, event, before } = moment;
  const { at, seq, payload, service } = event;
  const error = textOf(payload, 'detail') ?? textOf(payload, 'error') ?? 'it did not come up';
  const attributes = known({ 'vx11.service': service, 'vx11.error': textOf(payload, 'error') });
  const from = firstOf(before, 'window.opening', 'window.requested')?.at ?? at;
  const rest = { error, attributes };
  return [part(subject, `start/${seq}`, `start ${service}`, [from, at], rest, opening(moment))];
}

/** A job that ended inside its window. */
export function jobSpan({ subject, event }: Moment): SpanDraft[] {
  const { at, seq, payload, service } = event;
  const end = Date.parse(at);
  const times = [end - (numberOf(payload, 'ran_ms') ?? 0), end] as const;
  const attributes = known({ 'vx11.service': service });
  return [part(subject, `job/${seq}`, `job ${service}`, times, { attributes })];
}

/** From the request until the window is open, with its wait for room. */
export function openingSpans({ subject, event, before }: Moment, error?: string): SpanDraft[] {
  const begun = before[0] ?? event;
  const queued = firstOf(before, 'window.queued');
  const began = firstOf(before, 'window.opening') ?? event;
  const attributes = known({
    'vx11.services': servicesOf(begun),
    'vx11.services_started': textsOf(event.payload, 'started'),
  });
  const rest = { attributes, ...(error !== undefined && { error }) };
  const spans = [part(subject, 'opening', 'opening', [begun.at, event.at], rest)];
  if (queued !== undefined) {
    const times = [queued.at, began.at] as const;
    spans.push(part(subject, 'queued', 'queued', times, {}, `${subject.id}/opening`));
  }
  return spans;
}

const servicesOf = ({ payload }: EventRecord): string[] => textsOf(payload, 'services');

/** A window of which nothing came up. */
export function failedWindowSpans(moment: Moment): SpanDraft[] {
  const { subject, event, before } = moment;
  const failures = (event.payload['failures'] ?? []) as ServiceFailure[];
  const reasons = failures.map(({ service, detail }) => `${service}: ${detail}`);
  const error = reasons.join('; ') || textOf(event.payload, 'error') || 'it failed';
  const begun = before[0] ?? event;
  const rest = { error, attributes: windowAttributes(moment) };
  return [
    ...openingSpans(moment, error),
    whole(subject, nameOf(begun), [begun.at, event.at], rest),
  ];
}

/** The rest of a window, once its receipt is there: the time that it was open, its close, and the whole of it. */
export function closedWindowSpans(moment: Moment): SpanDraft[] {
  const { subject, event, before } = moment;
  const receipt = event.payload['receipt'] as Receipt | undefined;
  const begun = before[0] ?? event;
  const opened = firstOf(before, 'window.open');
  const closing = firstOf(before, 'window.closing') ?? event;
  const extensions = before.filter(({ type }) => type === 'window.extended');
  const residue = receipt?.residue ?? [];
  const error = residue.length === 0 ? null : `left running: ${residue.join(', ')}`;
  const events = extensions.map(({ at, actor, payload }) => ({
    at: Date.parse(at),
    name: 'extended',
    attributes: known({ 'vx11.actor': actor, 'vx11.expires_at': textOf(payload, 'expires_at') }),
  }));
  const ends = known({
    'vx11.closed_by': receipt?.closed_by,
    'vx11.deadline': receipt?.deadline,
    'vx11.overrun_ms': receipt?.overrun_ms,
    ...(residue.length > 0 && { 'vx11.residue': residue }),
  });
  const stops = (receipt?.services ?? []).flatMap((one) => stopSpan(moment, one));
  const close = part(subject, 'closing', 'closing', [closing.at, event.at], { error });
  const attributes = { ...windowAttributes(moment), ...ends };
  return [
    ...(opened === undefined
      ? openingSpans({ ...moment, event: closing })
      : [part(subject, 'open', 'open', [opened.at, closing.at], { events })]),
    ...stops,
    close,
    whole(subject, nameOf(begun), [begun.at, event.at], { error, attributes }),
  ];
}

function stopSpan({ subject }: Moment, one: ServiceReceipt): SpanDraft[] {
  const { service, outcome, stopped_at, stop_ms, stopped_by, forced, exit_code } = one;
  if (stopped_at === null || (outcome !== 'stopped' && outcome !== 'killed')) return [];
  const end = Date.parse(stopped_at);
  const attributes = known({
    'vx11.service': service,
    'vx11.stopped_by': stopped_by,
    'vx11.forced': forced,
    'vx11.exit_code': exit_code,
  });
  const times = [end - (stop_ms ?? 0), end] as const;
  const above = `${subject.id}/closing`;
  return [part(subject, `stop/${service}`, `stop ${service}`, times, { attributes }, above)];
}

/** Of the request, which is the first event; services are few and from the compose file, so they may be in a name. */
const nameOf = (begun: EventRecord): string => {
  const services = servicesOf(begun);
  const [shown, rest] = [services.slice(0, 3), services.length - 3];
  return ['window', shown.join(', '), rest > 0 ? `and ${rest} more` : ''].filter(Boolean).join(' ');
};

const windowAttributes = ({ subject, event, before }: Moment) => {
  const begun = before[0] ?? event;
  return {
    ...requestAttributes(begun, event),
    ...known({
      'vx11.window_id': subject.id,
      'vx11.services': servicesOf(begun),
      'vx11.ttl_ms': numberOf(begun.payload, 'ttl_ms'),
    }),
  };
};
