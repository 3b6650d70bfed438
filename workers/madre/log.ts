import { pino, type Logger } from 'pino';
import { createTraceFields, type TraceFields } from './trace-fields.ts';

/** The log of a power worker, whose lines name the traces of what they are about once these are sent. */
export function createMadreLog(
  level: string,
  base: { module: string; host: string },
): { log: Logger; traceFields: TraceFields } {
  const traceFields = createTraceFields();
  return { log: pino({ level, base, formatters: { log: traceFields.line } }), traceFields };
}
