import type { FailureKind, RoutingBlock } from '../../../contracts/routing.ts';
import type { Random } from '../chance/random.ts';

/**
 * Why a key, or a model for a key, is left alone. Absolute times, so that it survives a restart. A request that succeeds
 * removes it, whatever wait was reported; so does a person, and what it waits for: another key, or another catalog.
 */
export interface Cooldown {
  kind: FailureKind;
  /** Failures of this kind one after the other. */
  failures: number;
  /** When it may be used again, or probed; null until it is reset. */
  until_ms: number | null;
  /** Whether only one request may pass at `until_ms`, and until when that one is waited for. */
  probes: boolean;
  probing_until_ms: number | null;
}

/** What a cooldown belongs to: a key, one model with that key, a model, or one capability of a model. */
export type CooldownScope = 'key' | 'key_model' | 'model' | 'capability';

const minute = 60_000;
const hour = 60 * minute;
const rateLimited = { least: 250, most: 10 * minute };
/** A reported wait may be wrong, so that a limit is probed at least this often. */
const probeEvery = { quota: hour, no_money: hour, unauthorized: 10 * minute } as const;
const capabilityFor = 24 * hour;
const probeTimeout = minute;
const backoff = { first: 1000, most: minute, spread: 0.2 };

const scopes: Readonly<Partial<Record<FailureKind, CooldownScope>>> = {
  rate_limited: 'key_model',
  quota: 'key_model',
  no_money: 'key',
  unauthorized: 'key',
  no_such_model: 'model',
  lacks_capability: 'capability',
};

/**
 * What a failure cools; null for nothing. A limit is that of one model unless the provider says that it is of the account:
 * then no model gets that key.
 */
export function scopeOf(kind: FailureKind, accountWide: boolean): CooldownScope | null {
  const scope = scopes[kind] ?? null;
  return scope === 'key_model' && accountWide ? 'key' : scope;
}

/**
 * The cooldown of a scope after one more failure; null if the failure cools nothing.
 *
 * @param reported the wait that the provider asked for, in milliseconds; null for none
 */
export function cooldownAfter(
  before: Cooldown | null,
  kind: FailureKind,
  reported: number | null,
  now: number,
  random: Random,
): Cooldown | null {
  if (scopeOf(kind, false) === null) return before;
  const failures = before?.kind === kind ? before.failures + 1 : 1;
  const cooling = (wait: number | null, probes: boolean): Cooldown => ({
    kind,
    failures,
    until_ms: wait === null ? null : now + wait,
    probes,
    probing_until_ms: null,
  });
  switch (kind) {
    case 'rate_limited': {
      const wait = reported ?? backoffOf(failures, random);
      return cooling(Math.min(rateLimited.most, Math.max(rateLimited.least, wait)), false);
    }
    case 'quota':
      return cooling(Math.min(reported ?? Infinity, probeEvery.quota), true);
    case 'no_money':
    case 'unauthorized':
      return cooling(probeEvery[kind], true);
    case 'lacks_capability':
      return cooling(capabilityFor, false);
    default:
      return cooling(null, false); // no_such_model: the next catalog resets it
  }
}

/** 1, 2, 4 … 60 s, ± 20 % so that callers do not come back at the same moment. */
function backoffOf(failures: number, random: Random): number {
  const wait = Math.min(backoff.most, backoff.first * 2 ** (failures - 1));
  return wait * (1 + backoff.spread * (2 * random() - 1));
}

const reasons: Partial<Record<FailureKind, RoutingBlock['reason']>> = {
  quota: 'quota',
  no_money: 'no_money',
  unauthorized: 'unauthorized',
};

/** What a cooldown forbids at `now`; null for nothing, or if the next request is its probe. */
export function blockOf(cooldown: Cooldown | null, now: number): RoutingBlock | null {
  if (cooldown === null) return null;
  const { kind, until_ms, probing_until_ms } = cooldown;
  const reason = reasons[kind] ?? 'cooling';
  if (until_ms === null || until_ms > now) return { reason, until_ms };
  return probing_until_ms !== null && probing_until_ms > now
    ? { reason, until_ms: probing_until_ms }
    : null;
}

/** The cooldown once a request was sent in spite of it: where it probes, that request is the only one for a minute. */
export const whenSent = (cooldown: Cooldown, now: number): Cooldown =>
  cooldown.probes ? { ...cooldown, probing_until_ms: now + probeTimeout } : cooldown;
