import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failureKind, type FailureKind } from '../../../../contracts/routing.ts';
import {
  blockOf,
  cooldownAfter,
  scopeOf,
  whenSent,
  type Cooldown,
} from '../../../../domain/routing/failure/cooldown.ts';
import { minute, now, second } from '../samples.ts';

const hour = 60 * minute;
const middle = (): number => 0.5;
const after = (kind: FailureKind, reported: number | null = null, before: Cooldown | null = null) =>
  cooldownAfter(before, kind, reported, now, middle);

describe('a failure cools', () => {
  test.each<[FailureKind, boolean, ReturnType<typeof scopeOf>]>([
    ['rate_limited', false, 'key_model'],
    ['rate_limited', true, 'key'],
    ['quota', false, 'key_model'],
    ['quota', true, 'key'],
    ['no_money', false, 'key'],
    ['unauthorized', false, 'key'],
    ['no_such_model', false, 'model'],
    ['lacks_capability', false, 'capability'],
    ['failed', false, null],
    ['too_long', false, null],
    ['bad_request', false, null],
    ['window_ended', false, null],
  ])('%s, of the whole account: %s, the scope %s', (kind, accountWide, scope) => {
    expect(scopeOf(kind, accountWide)).toBe(scope);
    if (scope === null) expect(after(kind)).toBeNull();
  });

  test.each<[string, FailureKind, number | null, string, number | null]>([
    ['as long as it was reported', 'rate_limited', 7 * second, 'cooling', 7 * second],
    ['at least a quarter of a second', 'rate_limited', 0, 'cooling', 250],
    ['at most ten minutes', 'rate_limited', hour, 'cooling', 10 * minute],
    ['a second if nothing was reported', 'rate_limited', null, 'cooling', second],
    ['an hour at most, if days were reported', 'quota', 6 * 24 * hour, 'quota', hour],
    ['until a quota is back, if that is sooner', 'quota', 20 * minute, 'quota', 20 * minute],
    ['an hour without money', 'no_money', null, 'no_money', hour],
    ['ten minutes with a bad key', 'unauthorized', null, 'unauthorized', 10 * minute],
    ['a day without a capability', 'lacks_capability', null, 'cooling', 24 * hour],
    ['until the next catalog for an unknown model', 'no_such_model', null, 'cooling', null],
  ])('%s', (_, kind, reported, reason, wait) => {
    expect(blockOf(after(kind, reported), now)).toEqual({
      reason,
      until_ms: wait === null ? null : now + wait,
    });
  });

  test('longer each time, up to a minute, if nothing is reported', () => {
    const waits: number[] = [];
    let cooldown: Cooldown | null = null;
    for (let time = 0; time < 9; time += 1) {
      cooldown = after('rate_limited', null, cooldown);
      waits.push((cooldown!.until_ms! - now) / second);
    }
    expect(waits).toEqual([1, 2, 4, 8, 16, 32, 60, 60, 60]);
  });

  test('by up to 20 % more or less, so that callers do not come back together', () => {
    const wait = (random: number) =>
      cooldownAfter(null, 'rate_limited', null, now, () => random)!.until_ms! - now;
    expect([wait(0), wait(0.5), wait(1)]).toEqual([800, 1000, 1200]);
  });
});

describe('a probe', () => {
  test('is a single request; the others wait for it, a minute at most', () => {
    const cooldown = after('quota', 24 * hour)!;
    const due = now + hour;
    expect(blockOf(cooldown, due - 1)).not.toBeNull();
    expect(blockOf(cooldown, due)).toBeNull();
    const probing = whenSent(cooldown, due);
    expect(blockOf(probing, due + second)).toEqual({ reason: 'quota', until_ms: due + minute });
    expect(blockOf(probing, due + minute)).toBeNull();
  });

  test('that fails is followed by one more in an hour', () => {
    const due = now + hour;
    const again = cooldownAfter(after('quota', 24 * hour), 'quota', 23 * hour, due, middle);
    expect(again!.until_ms).toBe(due + hour);
    expect(blockOf(again, due + hour)).toBeNull();
  });

  test('is not needed after a rate limit: all go on at once', () => {
    const sent = whenSent(after('rate_limited', second)!, now + second);
    expect(blockOf(sent, now + second)).toBeNull();
  });
});

test('whatever fails, and whatever is reported, only what waits for a person or a catalog blocks for more than a day', () => {
  const steps = fc.array(
    fc.record({
      kind: fc.constantFrom(...failureKind.options),
      reported: fc.option(fc.integer({ min: -1e9, max: 1e12 })),
    }),
  );
  fc.assert(
    fc.property(steps, (failures) => {
      let cooldown: Cooldown | null = null;
      for (const { kind, reported } of failures) {
        cooldown = cooldownAfter(cooldown, kind, reported, now, middle);
        const block = blockOf(cooldown, now);
        if (block?.until_ms === null) expect(cooldown!.kind).toBe('no_such_model');
        else if (block !== null) expect(block.until_ms).toBeLessThanOrEqual(now + 24 * hour);
      }
      const stored = JSON.parse(JSON.stringify(cooldown)) as Cooldown | null;
      expect(blockOf(stored, now)).toEqual(blockOf(cooldown, now));
    }),
  );
});
