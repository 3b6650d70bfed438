import type { EventRecord, EventType } from '../../contracts/event.ts';
import { endedPlanSpans, stepSpan, waitingSpan } from './plan-spans.ts';
import { waitSpan, type Moment, type SpanDraft, type Subject, type SubjectKind } from './span.ts';
import { attemptSpan, endedTaskSpans } from './task-spans.ts';
import {
  closedWindowSpans,
  failedStartSpan,
  failedWindowSpans,
  imageSpan,
  jobSpan,
  openingSpans,
  startSpans,
} from './window-spans.ts';
import { endedRepairSpans, endedRunSpans, phaseSpan } from './work-spans.ts';

/** How the events of a kind of subject are found: the first is its request. */
interface Kind {
  /** The member of the payload with its id; null for the column of windows. */
  member: string | null;
  begins: EventType;
  /** What its spans are made of besides: of some types the first event is enough, of others all count. */
  firsts: readonly EventType[];
  all: readonly EventType[];
}

export const kinds: Record<SubjectKind, Kind> = {
  window: {
    member: null,
    begins: 'window.requested',
    firsts: ['window.queued', 'window.opening', 'window.open', 'window.closing'],
    all: ['window.extended'],
  },
  plan: {
    member: 'plan_id',
    begins: 'plan.created',
    firsts: ['plan.waiting', 'plan.running'],
    all: ['plan.approved', 'plan.step'],
  },
  task: {
    member: 'spawn_id',
    begins: 'spawn.queued',
    firsts: [],
    all: ['spawn.running', 'spawn.retried'],
  },
  checks: { member: 'run_id', begins: 'checks.queued', firsts: ['checks.running'], all: [] },
  repair: { member: 'repair_id', begins: 'repair.queued', firsts: [], all: ['repair.phase'] },
};

interface Row {
  kind: SubjectKind;
  spans: (moment: Moment) => SpanDraft[];
  /** The event alone says everything. */
  alone?: true;
}

/** Every span ends with one of these events. A new kind of span is a new row. */
const rows: Partial<Record<EventType, Row>> = {
  'image.pulled': { kind: 'window', spans: imageSpan, alone: true },
  'image.built': { kind: 'window', spans: imageSpan, alone: true },
  'service.started': { kind: 'window', spans: startSpans, alone: true },
  'service.failed': { kind: 'window', spans: failedStartSpan },
  'service.done': { kind: 'window', spans: jobSpan, alone: true },
  'window.open': { kind: 'window', spans: (moment) => openingSpans(moment) },
  'window.failed': { kind: 'window', spans: failedWindowSpans },
  'window.closed': { kind: 'window', spans: closedWindowSpans },
  'plan.step': { kind: 'plan', spans: stepSpan },
  'plan.running': { kind: 'plan', spans: waitingSpan },
  'plan.done': { kind: 'plan', spans: endedPlanSpans },
  'plan.failed': { kind: 'plan', spans: endedPlanSpans },
  'plan.rejected': { kind: 'plan', spans: endedPlanSpans },
  'plan.cancelled': { kind: 'plan', spans: endedPlanSpans },
  'spawn.running': { kind: 'task', spans: waitSpan('spawn.queued', 'spawn.running') },
  'spawn.retried': { kind: 'task', spans: attemptSpan },
  'spawn.finished': { kind: 'task', spans: endedTaskSpans },
  'checks.running': { kind: 'checks', spans: waitSpan('checks.queued', 'checks.running') },
  'checks.finished': { kind: 'checks', spans: endedRunSpans },
  'repair.phase': { kind: 'repair', spans: phaseSpan },
  'repair.finished': { kind: 'repair', spans: endedRepairSpans },
};

/** The kinds of subjects by the prefix of their ids. */
const prefixes: Record<string, SubjectKind> = {
  window: 'window',
  plan: 'plan',
  spawn: 'task',
  run: 'checks',
  repair: 'repair',
};

/** The subject of an id, or of a reference to a part of one (`plan-1f2e3d4c/s1`); null if it is neither. */
export function subjectOf(ref: string): Subject | null {
  const [, id, prefix] = /^(([a-z]+)-[0-9a-f]{8,})(?:\/|$)/.exec(ref) ?? [];
  const kind = prefix === undefined ? undefined : prefixes[prefix];
  return kind === undefined ? null : { kind, id: id! };
}

/** The subject of an event whose spans may end with it; null if none do. */
export function endsSpansOf(event: EventRecord): Subject | null {
  const row = rows[event.type];
  if (row === undefined) return null;
  const { member } = kinds[row.kind];
  const id = member === null ? event.window_id : event.payload[member];
  return typeof id === 'string' ? { kind: row.kind, id } : null;
}

/** The subject that begins with an event; null if none does. */
export function beginsSubject({ type, payload, window_id }: EventRecord): Subject | null {
  const found = Object.entries(kinds).find(([, { begins }]) => begins === type);
  if (found === undefined) return null;
  const [kind, { member }] = found;
  const id = member === null ? window_id : payload[member];
  return typeof id === 'string' ? { kind: kind as SubjectKind, id } : null;
}

/** What has to be known besides an event to make the spans that end with it. */
export const needsOf = ({ type }: EventRecord): 'nothing' | 'history' =>
  rows[type]?.alone === true ? 'nothing' : 'history';

/**
 * The spans that end with an event, given what happened to its subject before. Every span ends with exactly one event, so
 * that reading the log in order gives each of them once.
 */
export const spansEndedBy = (moment: Moment): SpanDraft[] =>
  rows[moment.event.type]?.spans(moment) ?? [];

/** What a subject is a part of: a caller's `traceparent`, or a reference; null if it is a part of nothing. */
export function parentOf({ payload }: EventRecord): string | null {
  const { trace_parent: parent, parent_id: task } = payload;
  if (typeof parent === 'string') return parent;
  return typeof task === 'string' ? task : null;
}
