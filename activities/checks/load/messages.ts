import type { Check } from '../../../domain/checks/suite.ts';

/** What the parent tells the process of a load: what to send, once, and then how fast. */
export type ToSender =
  | {
      kind: 'begin';
      check: Check;
      context: Record<string, string>;
      addresses: Record<string, string>;
      requests: number;
    }
  | { kind: 'pace'; rate: number; concurrency: number };

/** What happened since the last message. */
export interface Sent {
  /** In ms, of the requests that got an answer. */
  latencies: number[];
  /** Requests that ended, and those of them that got no answer, or one that breaks a condition. */
  ended: number;
  failed: number;
  /** The first reason since the last message. */
  reason: string | null;
  /** Since the begin. */
  sent: number;
  cpu_ms: number;
  /** How long the process itself was held up at most, in ms. */
  lag_ms: number;
}
