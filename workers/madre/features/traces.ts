import { Counter, Gauge, type Registry } from 'prom-client';
import type { PowerHost } from '../../../activities/power/host/host.ts';
import type { TraceMetrics } from '../../../activities/traces/deps.ts';
import { createTraceRound } from '../../../activities/traces/round.ts';
import { readCollector } from '../../../activities/traces/settings.ts';
import { createSubjects } from '../../../activities/traces/subjects.ts';
import { readEnv } from '../../../contracts/env.ts';
import type { TraceFields } from '../trace-fields.ts';

/**
 * The round that sends what happened on one host as traces; null if no collector is set.
 * @param fields from then on it names the traces of what log lines are about
 */
export async function createTraces(
  { host, store, clock, log }: Pick<PowerHost, 'host' | 'store' | 'clock' | 'log'>,
  { registry, ownsPlans, fields }: { registry: Registry; ownsPlans: boolean; fields: TraceFields },
): Promise<(() => Promise<void>) | null> {
  const collector = readCollector(
    readEnv(
      process.env,
      'OTEL_EXPORTER_OTLP_ENDPOINT',
      'OTEL_EXPORTER_OTLP_TRACES_ENDPOINT',
      'OTEL_EXPORTER_OTLP_HEADERS',
      'OTEL_EXPORTER_OTLP_TRACES_HEADERS',
      'OTEL_EXPORTER_OTLP_PROTOCOL',
      'OTEL_EXPORTER_OTLP_TRACES_PROTOCOL',
      'OTEL_EXPORTER_OTLP_TIMEOUT',
      'OTEL_SERVICE_NAME',
      'OTEL_RESOURCE_ATTRIBUTES',
      'OTEL_TRACES_EXPORTER',
      'OTEL_SDK_DISABLED',
    ),
    host,
  );
  if (collector === null) return null;
  if (typeof collector === 'string') {
    log.warn({ reason: collector }, 'no traces are sent');
    return null;
  }
  // before the first window opens, so that the first start has all of it; the rounds report a store that is away
  await store.traces.next(host, 1).catch(() => []);
  const subjects = createSubjects(store.traces);
  fields.follow((id) => subjects.known(id));
  const metrics = traceMetrics(registry);
  const deps = { host, store, subjects, clock, collector, ownsPlans, log, metrics };
  return createTraceRound(deps);
}

function traceMetrics(registry: Registry): TraceMetrics {
  const registers = [registry];
  const spans = new Counter({
    name: 'vx11_trace_spans_total',
    help: 'Spans of requests to the collector, by what became of them',
    labelNames: ['outcome'],
    registers,
  });
  const skipped = new Counter({
    name: 'vx11_trace_skipped_events_total',
    help: 'Events that were never sent as spans, because they had waited for a day',
    registers,
  });
  const waiting = new Gauge({
    name: 'vx11_trace_waiting_events',
    help: 'Events that the traces are behind the log',
    registers,
  });
  const lag = new Gauge({
    name: 'vx11_trace_lag_seconds',
    help: 'Age of the oldest event that was not sent as spans',
    registers,
  });
  return {
    answered: (outcome, count) => spans.inc({ outcome }, count),
    skipped: (events) => skipped.inc(events),
    lag(events, seconds) {
      waiting.set(events);
      lag.set(seconds);
    },
  };
}
