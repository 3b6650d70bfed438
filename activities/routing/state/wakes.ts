import {
  learnWake,
  noWakes,
  rateAt,
  wakeTime,
  type RequestRate,
  type WakeBelief,
} from '../../../domain/routing/learning/wake.ts';

/** What is learned of wakes and of how often targets are asked, by service and target. */
export interface Wakes {
  /** @param bytes of the model that it loads; 0 if that is unknown */
  time(service: string, host: string, bytes: number): ReturnType<typeof wakeTime>;
  blockedUntil(service: string, host: string): number | null;
  /** @param seconds null if it did not wake */
  learn(service: string, host: string, seconds: number | null, now: number): void;
  rate(service: string, now: number): number;
  asked(service: string, now: number): void;
  toJSON(): WakeState;
}

export interface WakeState {
  wakes: Record<string, WakeBelief>;
  rates: Record<string, RequestRate>;
}

export function createWakes(stored: WakeState | null): Wakes {
  const { wakes, rates } = stored ?? { wakes: {}, rates: {} };
  const at = (service: string, host: string): string => `${service}@${host}`;
  return {
    time: (service, host, bytes) => wakeTime(wakes[at(service, host)] ?? noWakes, bytes),
    blockedUntil: (service, host) => wakes[at(service, host)]?.blocked_until_ms ?? null,
    learn(service, host, seconds, now) {
      const name = at(service, host);
      wakes[name] = learnWake(wakes[name] ?? noWakes, seconds, now);
    },
    rate: (service, now) => rateAt(rates[service] ?? null, now).per_minute,
    asked(service, now) {
      rates[service] = rateAt(rates[service] ?? null, now, 1);
    },
    toJSON: () => ({ wakes, rates }),
  };
}
