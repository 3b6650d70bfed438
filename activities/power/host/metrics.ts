import { Counter, Gauge, Histogram, type Registry } from 'prom-client';

/** Metrics of the power worker. Durations are in seconds. */
export interface PowerMetrics {
  overrun: Histogram;
  started: Histogram<'outcome'>;
  ready: Histogram;
  stopped: Histogram<'forced'>;
  rounds: Counter;
  roundsFailed: Counter<'round'>;
  straysEnded: Counter;
  revived: Counter;
  done: Counter;
  openWindows: Gauge;
}

const fine = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

export function createPowerMetrics(registry: Registry): PowerMetrics {
  const registers = [registry];
  return {
    overrun: new Histogram({
      name: 'vx11_window_overrun_seconds',
      help: 'How long after its deadline the last service of a window was down',
      buckets: fine,
      registers,
    }),
    started: new Histogram({
      name: 'vx11_service_start_seconds',
      help: 'What the Engine took to start a service',
      labelNames: ['outcome'],
      buckets: fine,
      registers,
    }),
    ready: new Histogram({
      name: 'vx11_service_ready_seconds',
      help: 'From the start of a service until it was ready',
      buckets: fine,
      registers,
    }),
    stopped: new Histogram({
      name: 'vx11_service_stop_seconds',
      help: 'What a service took to stop',
      labelNames: ['forced'],
      buckets: fine,
      registers,
    }),
    rounds: new Counter({
      name: 'vx11_settle_rounds_total',
      help: 'Rounds of the settle loop',
      registers,
    }),
    roundsFailed: new Counter({
      name: 'vx11_rounds_failed_total',
      help: 'Rounds of this process that failed, by what they do',
      labelNames: ['round'],
      registers,
    }),
    straysEnded: new Counter({
      name: 'vx11_strays_ended_total',
      help: 'Services that ran without a window and were stopped',
      registers,
    }),
    revived: new Counter({
      name: 'vx11_services_revived_total',
      help: 'Services that fell inside their window and were started again',
      registers,
    }),
    done: new Counter({
      name: 'vx11_services_done_total',
      help: 'Jobs that ended with 0 inside their window',
      registers,
    }),
    openWindows: new Gauge({
      name: 'vx11_windows_leased',
      help: 'Windows that hold services of this host at this moment',
      registers,
    }),
  };
}

/** Registers a gauge of how long the guard has confirmed nothing, which is read at each scrape. */
export function gaugeGuard(registry: Registry, unseenMs: () => number): void {
  const seen: Gauge = new Gauge({
    name: 'vx11_guard_seen_seconds',
    help: 'Since when the guard has confirmed no sign of life; 0 while nothing needs it',
    registers: [registry],
    collect: () => seen.set(unseenMs() / 1000),
  });
}
