import fc from 'fast-check';
import { newId } from '../../../contracts/ids.ts';
import type { WindowView } from '../../../contracts/window.ts';
import { aWindow, iso } from '../../domain/samples.ts';

export const maxTtl = 60_000;

const needs = (name: string) => ({ depends_on: { [name]: { condition: 'service_started' } } });
/** A chain, a fork and an independent service. */
export const stack = { db: {}, api: needs('db'), web: needs('api'), batch: needs('db'), solo: {} };
export const services = Object.keys(stack);

/** The dependencies of each service, written independently of `stack`. */
export const needed: Record<string, string[]> = {
  db: ['db'],
  api: ['api', 'db'],
  web: ['web', 'api', 'db'],
  batch: ['batch', 'db'],
  solo: ['solo'],
};

export type Op =
  | { do: 'open'; kind: WindowView['kind']; service: string; ttl: number | null; callers: number }
  | { do: 'open, dying'; service: string; ttl: number; steps: number; away: number }
  | { do: 'extend' | 'renew'; pick: number; ms: number }
  | { do: 'close'; pick: number }
  | { do: 'close, dying'; pick: number; steps: number; away: number }
  | { do: 'release'; pick: number; nth: number }
  | { do: 'workflows wake' }
  | { do: 'time passes'; ms: number }
  | { do: 'clock is set'; by: number }
  | { do: 'crash'; away: number }
  | { do: 'someone'; what: 'starts' | 'kills' | 'removes'; service: string };

const service = fc.constantFrom(...services);
// round durations produce edge cases, such as an extension exactly at the deadline
const span = fc.oneof(fc.integer({ min: 1, max: 90_000 }), fc.constantFrom(10_000, 20_000, 60_000));
const pick = fc.nat({ max: 20 });
const away = fc.oneof(fc.constant(0), fc.nat({ max: 40_000 }));
const is = <T extends Op['do']>(name: T) => fc.constant(name);
export const anyOp: fc.Arbitrary<Op> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      do: is('open'),
      kind: fc.constantFrom('target', 'target', 'operator'),
      service,
      ttl: fc.option(span, { freq: 8 }),
      callers: fc.integer({ min: 1, max: 3 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: is('open, dying'),
      service,
      ttl: span,
      steps: fc.nat({ max: 30 }),
      away,
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: is('extend'), pick, ms: span }) },
  { weight: 2, arbitrary: fc.record({ do: is('renew'), pick, ms: span }) },
  { weight: 2, arbitrary: fc.record({ do: is('close'), pick }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: is('close, dying'), pick, steps: fc.nat({ max: 15 }), away }),
  },
  { weight: 1, arbitrary: fc.record({ do: is('release'), pick, nth: fc.nat({ max: 3 }) }) },
  { weight: 2, arbitrary: fc.record({ do: is('workflows wake') }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: is('time passes'),
      ms: fc.oneof(fc.nat({ max: 45_000 }), fc.constantFrom(10_000, 20_000)),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: is('clock is set'),
      by: fc.integer({ min: -3_600_000, max: 30_000 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: is('crash'), away }) },
  {
    weight: 1,
    arbitrary: fc.record({
      do: is('someone'),
      what: fc.constantFrom('starts', 'starts', 'kills', 'removes'),
      service,
    }),
  },
) as fc.Arbitrary<Op>;

/** A request for a window on `target`, as the gateway writes it. */
export const requestFor = (
  kind: WindowView['kind'],
  target: string,
  ttlMs: number | null,
  now: number,
): WindowView =>
  aWindow({
    window_id: newId('window'),
    kind,
    target: kind === 'target' ? target : null,
    services: [target],
    mode: ttlMs === null ? 'hold' : 'ttl',
    ttl_ms: ttlMs === null ? null : Math.min(ttlMs, maxTtl),
    max_ttl_ms: maxTtl,
    requested_at: iso(now),
  });
