import type { EventRecord, EventType } from '../../contracts/event.ts';

/** What a trace is about: the things that VX11 does, each with an id and a first event. */
export type SubjectKind = 'window' | 'plan' | 'task' | 'checks' | 'repair';

export interface Subject {
  kind: SubjectKind;
  id: string;
}

export type Attributes = Record<string, string | number | boolean | readonly string[]>;

/** A span before it has ids. It and its parent are named by references, from which the ids are made. */
export interface SpanDraft {
  /** The id of its subject, whose trace it belongs to. */
  subject: string;
  /** The id of its subject, for the subject's own span; of a part `<subject>/<part>`. */
  ref: string;
  /** Null for a subject's own span: what the subject is a part of, if anything. */
  parent: string | null;
  name: string;
  /** Epoch ms. */
  start: number;
  end: number;
  /** What went wrong; null if nothing did. */
  error: string | null;
  attributes: Attributes;
  events: readonly { at: number; name: string; attributes: Attributes }[];
}

/** An event and what happened to its subject before it, oldest first. */
export interface Moment {
  subject: Subject;
  event: EventRecord;
  before: readonly EventRecord[];
}

type Part = Partial<Pick<SpanDraft, 'error' | 'attributes' | 'events'>>;

/** Instants in epoch ms or as the log has them. A clock that was set back makes no span end before it starts. */
export function part(
  { id }: Subject,
  ref: string,
  name: string,
  [start, end]: readonly [number | string, number | string],
  { error = null, attributes = {}, events = [] }: Part = {},
  parent: string = id,
): SpanDraft {
  const [from, to] = [instantOf(start), instantOf(end)];
  const rest = { name, start: Math.min(from, to), end: to, error, attributes, events };
  return { subject: id, ref: `${id}/${ref}`, parent, ...rest };
}

/** The span of the subject itself. */
export const whole = (
  subject: Subject,
  name: string,
  times: readonly [number | string, number | string],
  rest: Part = {},
): SpanDraft => ({ ...part(subject, '', name, times, rest), ref: subject.id, parent: null });

const instantOf = (at: number | string): number => (typeof at === 'number' ? at : Date.parse(at));

/** The first of these events of a type. */
export const firstOf = (
  events: readonly EventRecord[],
  ...types: EventRecord['type'][]
): EventRecord | undefined => events.find(({ type }) => types.includes(type));

/** Members of a payload, which older versions may have written without them. */
export const textOf = (payload: EventRecord['payload'], member: string): string | null => {
  const value = payload[member];
  return typeof value === 'string' ? value : null;
};
export const numberOf = (payload: EventRecord['payload'], member: string): number | null => {
  const value = payload[member];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};
export const textsOf = (payload: EventRecord['payload'], member: string): string[] => {
  const value = payload[member];
  return Array.isArray(value) ? value.filter((one) => typeof one === 'string') : [];
};

/** Leaves out what is not known. */
export const known = (
  attributes: Record<string, Attributes[string] | null | undefined>,
): Attributes =>
  Object.fromEntries(Object.entries(attributes).filter(([, value]) => value != null)) as Attributes;

/** What everybody asks of a subject's span: who, why, and under which correlation id. */
export const requestAttributes = (
  begun: EventRecord | undefined,
  { host, correlation_id }: EventRecord,
): Attributes =>
  known({
    'vx11.host': begun?.host ?? host,
    'vx11.owner': begun?.actor,
    'vx11.reason': begun === undefined ? null : textOf(begun.payload, 'reason'),
    'vx11.correlation_id': begun?.correlation_id ?? correlation_id,
  });

/** The wait between these two events of something; derived from the first of the latter. */
export const waitSpan =
  (queued: EventType, running: EventType) =>
  ({ subject, event, before }: Moment): SpanDraft[] => {
    const began = firstOf(before, queued);
    if (began === undefined || firstOf(before, running) !== undefined) return [];
    return [part(subject, 'queued', 'queued', [began.at, event.at])];
  };
