import type { Attributes, SpanDraft } from '../../domain/traces/span.ts';
import { version } from '../../platform/version.ts';
import { spanIdOf } from './ids.ts';
import type { SubjectTrace } from './subjects.ts';

/** A span with the trace of its subject. */
export interface PlacedSpan {
  draft: SpanDraft;
  trace: SubjectTrace;
}

const kindInternal = 1;
const statusError = 2;
/** W3C sampled; then that it is known whether the parent is in another process, and that it is (opentelemetry-proto, SpanFlags). */
const flagsOf = (remote: boolean): number => 0x101 | (remote ? 0x200 : 0);

/** The body of a request to a collector: OTLP 1.x in JSON, where 64-bit integers are texts and ids are in hex. */
export const exportRequest = (resource: Attributes, spans: readonly PlacedSpan[]): string =>
  JSON.stringify({
    resourceSpans: [
      {
        resource: { attributes: keyValues(resource) },
        scopeSpans: [{ scope: { name: 'vx11', version }, spans: spans.map(toSpan) }],
      },
    ],
  });

function toSpan({ draft, trace }: PlacedSpan) {
  const parent =
    draft.parent === null ? trace.parent : { span_id: spanIdOf(draft.parent), remote: false };
  return {
    traceId: trace.trace_id,
    spanId: spanIdOf(draft.ref),
    ...(parent !== null && { parentSpanId: parent.span_id }),
    flags: flagsOf(parent?.remote ?? false),
    name: draft.name,
    kind: kindInternal,
    startTimeUnixNano: nanos(draft.start),
    endTimeUnixNano: nanos(draft.end),
    attributes: keyValues(draft.attributes),
    events: draft.events.map(({ at, name, attributes }) => ({
      timeUnixNano: nanos(at),
      name,
      attributes: keyValues(attributes),
    })),
    status: draft.error === null ? {} : { code: statusError, message: draft.error.slice(0, 1000) },
  };
}

const nanos = (ms: number): string => `${Math.round(ms)}000000`;

const keyValues = (attributes: Attributes) =>
  Object.entries(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));

function anyValue(value: Attributes[string]): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'boolean') return { boolValue: value };
  if (typeof value === 'number')
    return Number.isSafeInteger(value) ? { intValue: String(value) } : { doubleValue: value };
  return { arrayValue: { values: value.map((one) => ({ stringValue: one })) } };
}
