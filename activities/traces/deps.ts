import type { Clock } from '../../platform/clock.ts';
import type { Store } from '../../store/index.ts';
import type { Subjects } from './subjects.ts';
import type { Collector } from './settings.ts';

export interface TraceDeps {
  host: string;
  store: Pick<Store, 'traces'>;
  subjects: Subjects;
  clock: Clock;
  collector: Collector;
  /** Whether this process also sends what belongs to no host: plans. */
  ownsPlans: boolean;
  log: { warn(what: object, text: string): void };
  metrics: TraceMetrics;
}

export interface TraceMetrics {
  /** What became of the spans of one request. */
  answered(outcome: 'sent' | 'retried' | 'refused', spans: number): void;
  /** Events that were passed over, because they had waited for longer than a day. */
  skipped(events: number): void;
  lag(events: number, seconds: number): void;
}
