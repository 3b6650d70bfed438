import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { BreakerState } from '../temporal/breaker.ts';

/** What the gateway counts. Names are public: add, never rename. */
export interface GatewayMetrics {
  registry: Registry;
  /** In seconds. */
  latency: Histogram<'method' | 'route' | 'status'>;
  changesInFlight: Gauge;
  openWindows: Gauge<'state'>;
  overdueWindows: Gauge;
  powerSeen: Gauge<'process' | 'host'>;
  rateRejections: Counter<'limit'>;
  breaker: Gauge<'dependency'>;
  eventStreams: Gauge;
  agentCalls: Counter<'tool' | 'outcome'>;
  wakeRequests: Counter<'outcome'>;
}

const breakerValue: Record<BreakerState, number> = { closed: 0, half_open: 1, open: 2 };

export const breakerNumber = (state: BreakerState): number => breakerValue[state];

/** Each app has its own registry, so that several apps can run in one process. */
export function createMetrics(): GatewayMetrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({
    register: registry,
    prefix: 'vx11_gateway_',
    // finer, it alone wakes a gateway at rest 190 times a second
    eventLoopMonitoringPrecision: 100,
  });
  // sums of gauges that are there anyway, under names of counters
  for (const what of ['handles', 'requests', 'resources'])
    registry.removeSingleMetric(`vx11_gateway_nodejs_active_${what}_total`);
  return {
    registry,
    latency: new Histogram({
      name: 'vx11_gateway_request_duration_seconds',
      help: 'From the last header of a request to the last byte of its answer',
      labelNames: ['method', 'route', 'status'],
      buckets: [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 30],
      registers,
    }),
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
    overdueWindows: new Gauge({
      name: 'vx11_gateway_overdue_windows',
      help: 'Windows without a receipt half a minute after their deadline',
      registers,
    }),
    powerSeen: new Gauge({
      name: 'vx11_gateway_power_seen_seconds',
      help: 'Since when a process that keeps the deadlines of a host has given no sign of life',
      labelNames: ['process', 'host'],
      registers,
    }),
    rateRejections: new Counter({
      name: 'vx11_gateway_rate_limit_rejections_total',
      help: 'Answers 429, by the limit that was met',
      labelNames: ['limit'],
      registers,
    }),
    agentCalls: new Counter({
      name: 'vx11_gateway_agent_calls_total',
      help: 'Calls of tools by agents, by tool and outcome: ok, cancelled or an error code',
      labelNames: ['tool', 'outcome'],
      registers,
    }),
    wakeRequests: new Counter({
      name: 'vx11_gateway_wake_requests_total',
      help: 'Requests to the wake listener, by outcome: ready, not_ready or fault',
      labelNames: ['outcome'],
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

/**
 * Merges the metrics of several processes into one text, with each family and each series once. If two series have the
 * same labels, the first one wins.
 */
export function joinMetrics(texts: readonly string[]): string {
  const families = new Map<string, { head: string[]; series: Map<string, string> }>();
  for (const text of texts) {
    const known = new Set(families.keys());
    let family: { head: string[]; series: Map<string, string> } | undefined;
    for (const line of text.split('\n')) {
      const name = familyOf(line);
      if (name === undefined) {
        const series = line.slice(0, line.lastIndexOf(' '));
        if (series !== '' && family?.series.has(series) === false) family.series.set(series, line);
        continue;
      }
      family = families.get(name) ?? { head: [], series: new Map() };
      families.set(name, family);
      if (!known.has(name)) family.head.push(line);
    }
  }
  const lines = [...families.values()].flatMap(({ head, series }) => [...head, ...series.values()]);
  return `${lines.join('\n')}\n`;
}
