/** The span of a caller. */
export interface RemoteSpan {
  trace_id: string;
  span_id: string;
}

const form = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;

/**
 * Reads the header `traceparent` (W3C Trace Context, level 1). Null also for a caller that does not record its trace: spans
 * below it would hang in the air.
 */
export function readTraceparent(text: unknown): RemoteSpan | null {
  if (typeof text !== 'string' || text.length > 200) return null;
  const [, version, trace_id, span_id, flags, more] = form.exec(text) ?? [];
  if (trace_id === undefined || span_id === undefined) return null;
  if (version === 'ff' || (version === '00' && more !== undefined)) return null;
  if (/^0+$/.test(trace_id) || /^0+$/.test(span_id)) return null;
  const isSampled = (Number.parseInt(flags!, 16) & 1) === 1;
  return isSampled ? { trace_id, span_id } : null;
}

/** The same as a header that passes it on: of version 00, sampled. */
export const traceparentOf = ({ trace_id, span_id }: RemoteSpan): string =>
  `00-${trace_id}-${span_id}-01`;
