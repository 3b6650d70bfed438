import type { EventRecord } from '../../contracts/event.ts';
import { kinds, parentOf, subjectOf } from '../../domain/traces/spans-of-event.ts';
import type { Moment, Subject } from '../../domain/traces/span.ts';
import { readTraceparent } from '../../domain/traces/traceparent.ts';
import type { TraceStore } from '../../store/traces/traces.ts';
import { spanIdOf, traceIdOf } from './ids.ts';

/** The trace of a subject, and the span that its own span is below. */
export interface SubjectTrace {
  trace_id: string;
  parent: { span_id: string; remote: boolean } | null;
}

/** Which trace each subject belongs to. */
export interface Subjects {
  /** @param until the number of an event of the subject, after its request */
  traceOf(subject: Subject, until: number): Promise<SubjectTrace>;
  /** The event and those before it that its spans are made of. */
  momentOf(subject: Subject, event: EventRecord, needs: 'nothing' | 'history'): Promise<Moment>;
  /** The trace of an id, or of a correlation id, that was met lately; null if it was not. */
  known(id: string): string | null;
}

/** A plan of a run of a repair of a plan: deeper is only a mistake. */
const deepest = 8;
const mostKept = 5000;

/** @param traces the event log */
export function createSubjects(traces: TraceStore): Subjects {
  const kept = new Map<string, SubjectTrace>();
  const ids = new Map<string, string>();
  const keep = <T>(map: Map<string, T>, key: string, value: T): T => {
    map.delete(key);
    map.set(key, value);
    if (map.size > mostKept) map.delete(map.keys().next().value!);
    return value;
  };

  const requestOf = ({ kind, id }: Subject, until: number): Promise<EventRecord | null> => {
    const { member, begins } = kinds[kind];
    return traces.request({ member, id }, begins, until);
  };

  const traceOf = async (subject: Subject, until: number, depth = 0): Promise<SubjectTrace> => {
    const before = kept.get(subject.id);
    if (before !== undefined) return before;
    const request = await requestOf(subject, until);
    const trace = await below(subject, request, depth);
    if (request?.correlation_id != null) keep(ids, request.correlation_id, trace.trace_id);
    keep(ids, subject.id, trace.trace_id);
    return keep(kept, subject.id, trace);
  };

  const below = async (
    { id }: Subject,
    request: EventRecord | null,
    depth: number,
  ): Promise<SubjectTrace> => {
    const own = { trace_id: traceIdOf(id), parent: null };
    const ref = request === null ? null : parentOf(request);
    if (ref === null || depth === deepest) return own;
    const caller = readTraceparent(ref);
    if (caller !== null) {
      return { trace_id: caller.trace_id, parent: { span_id: caller.span_id, remote: true } };
    }
    const above = subjectOf(ref);
    if (above === null || above.id === id) return own;
    const { trace_id } = await traceOf(above, request!.seq, depth + 1);
    return { trace_id, parent: { span_id: spanIdOf(ref), remote: false } };
  };

  return {
    traceOf,
    async momentOf(subject, event, needs) {
      const request = await requestOf(subject, event.seq - 1);
      if (needs === 'nothing' || request === null) return { subject, event, before: [] };
      const { member, firsts, all } = kinds[subject.kind];
      const key = { member, id: subject.id };
      const range = [request.seq, event.seq] as const;
      const later = await Promise.all([
        traces.firsts(key, firsts, range),
        traces.all(key, all, range),
      ]);
      const before = [request, ...later.flat().toSorted((one, other) => one.seq - other.seq)];
      return { subject, event, before };
    },
    known: (id) => ids.get(id) ?? null,
  };
}
