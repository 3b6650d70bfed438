import { collectDefaultMetrics, Counter, Gauge, Registry } from 'prom-client';
import type { BreakerState } from './breaker.ts';
import { createLatencyHistogram, type Latency } from './latency.ts';

/** What the gateway counts. Names are public: add, never rename. */
export interface GatewayMetrics {
  registry: Registry;
  /** One series for each method, route and status. */
  latency: (labels: Record<string, string>) => Latency;
  changesInFlight: Gauge;
  openWindows: Gauge<'state'>;
  rateRejections: Counter<'limit'>;
  breaker: Gauge<'dependency'>;
  eventStreams: Gauge;
}

const breakerValue: Record<BreakerState, number> = { closed: 0, half_open: 1, open: 2 };

export const breakerNumber = (state: BreakerState): number => breakerValue[state];

/** A registry of its own for each app, so that several may run in one process. */
export function createMetrics(): GatewayMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({
    register: registry,
    prefix: 'vx11_gateway_',
    // finer, it alone wakes a gateway at rest 190 times a second
    eventLoopMonitoringPrecision: 100,
  });
  return {
    registry,
    latency: createLatencyHistogram(
      registry,
      'vx11_gateway_request_duration_seconds',
      'From the last header of a request to the last byte of its answer',
    ),
    changesInFlight: new Gauge({
      name: 'vx11_gateway_changes_in_flight',
      help: 'Changes that wait for their answer',
      registers,
    }),
    openWindows: new Gauge({
      name: 'vx11_gateway_live_windows',
      help: 'Windows that may still hold services up, by state',
      labelNames: ['state'],
      registers,
    }),
    rateRejections: new Counter({
      name: 'vx11_gateway_rate_limit_rejections_total',
      help: 'Answers 429, by the limit that was met',
      labelNames: ['limit'],
      registers,
    }),
    breaker: new Gauge({
      name: 'vx11_gateway_breaker_state',
      help: '0 closed, 1 half open, 2 open',
      labelNames: ['dependency'],
      registers,
    }),
    eventStreams: new Gauge({
      name: 'vx11_gateway_event_streams',
      help: 'Event streams that are open',
      registers,
    }),
  };
}

const familyOf = (line: string): string | undefined => /^# (?:HELP|TYPE) (\S+)/.exec(line)?.[1];

/** Appends another process's metrics, without those families that are in ours: a scrape takes each once. */
export function appendMetrics(ours: string, theirs: string): string {
  const known = new Set(ours.split('\n').flatMap((line) => familyOf(line) ?? []));
  let skipping = false;
  const kept = theirs.split('\n').filter((line) => {
    const family = familyOf(line);
    if (family !== undefined) skipping = known.has(family);
    return !skipping && line !== '';
  });
  return kept.length === 0 ? ours : `${ours.trimEnd()}\n${kept.join('\n')}\n`;
}
