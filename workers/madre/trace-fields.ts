/** Adds `trace_id` to log lines that say what they are about. */
export interface TraceFields {
  line(fields: Record<string, unknown>): Record<string, unknown>;
  /** @param traceOf the trace of an id, or of a correlation id; null if it is not known */
  follow(traceOf: (id: string) => string | null): void;
}

/** The first of them that is in a line says which trace it is. */
const ids = ['window_id', 'plan_id', 'spawn_id', 'run_id', 'repair_id', 'correlation_id'];

export function createTraceFields(): TraceFields {
  let traceOf: (id: string) => string | null = () => null;
  return {
    line(fields) {
      if ('trace_id' in fields) return fields;
      for (const name of ids) {
        const id = fields[name];
        const trace_id = typeof id === 'string' ? traceOf(id) : null;
        if (trace_id !== null) return { ...fields, trace_id };
      }
      return fields;
    },
    follow(known) {
      traceOf = known;
    },
  };
}
