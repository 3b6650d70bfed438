import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  breakerAfter,
  breakerBlock,
  closedBreaker,
  probeStarted,
  providerBlock,
  shareOf,
  type Breaker,
} from '../../../../domain/routing/failure/breaker.ts';
import { minute, now, second } from '../samples.ts';

/** A breaker after results, one each `every` milliseconds: `x` failed, `o` did not. */
const after = (results: string, every = second, breaker = closedBreaker, from = now): Breaker =>
  [...results.matchAll(/[xo]/g)].reduce(
    (one, [result], at) => breakerAfter(one, result === 'o', from + at * every),
    breaker,
  );
const open = (results: string, every?: number): boolean => after(results, every).phase === 'open';

describe('a breaker', () => {
  test.each([
    ['two failures', 'xx', false],
    ['three failures in a row', 'xxx', true],
    ['failures with successes between', 'xxoxxoxxo', true],
    ['half of its requests', 'xoxoxoxo', false],
    ['more than half of fewer than eight', 'xxoxxox', false],
  ])('opens after %s: %s %s', (_, results, opens) => {
    expect(open(results)).toBe(opens);
  });

  test('counts the share of the last 30 s only', () => {
    expect(open('xxoxxoxxo', second)).toBe(true);
    expect(open('xxoxxoxxo', 10 * second)).toBe(false);
  });

  test('opens for 30 s, then twice as long each time, up to 10 minutes', () => {
    let breaker = after('xxx', 0);
    const times: number[] = [];
    for (let time = 0; time < 7; time += 1) {
      times.push((breaker.open_until_ms - (times.length === 0 ? now : at(breaker))) / second);
      breaker = breakerAfter(breaker, false, breaker.open_until_ms);
    }
    function at(one: Breaker): number {
      return one.open_until_ms - Math.min(600, 30 * 2 ** (one.opened - 1)) * second;
    }
    expect(times).toEqual([30, 60, 120, 240, 480, 600, 600]);
  });

  test('lets one probe through, then a tenth, a half and all of the traffic', () => {
    const opened = after('xxx', 0);
    const due = now + 30 * second;
    expect(breakerBlock(opened, due - 1)).toEqual({ reason: 'breaker_open', until_ms: due });
    expect(breakerBlock(opened, due)).toBeNull();
    const probing = probeStarted(opened, due);
    expect(breakerBlock(probing, due + second)).toEqual({
      reason: 'breaker_open',
      until_ms: due + minute,
    });
    const shares = Array.from({ length: 9 }, (_, n) =>
      shareOf(after('o'.repeat(n + 1), second, probing, due)),
    );
    expect(shares).toEqual([0.1, 0.1, 0.1, 0.5, 0.5, 0.5, 0.5, 0.5, 1]);
    expect(after('o'.repeat(9), second, probing, due)).toEqual(closedBreaker);
  });

  test.each(['x', 'ox', 'oooox'])(
    'opens again for twice as long after its probe and then %s',
    (results) => {
      const again = after(results, second, after('xxx', 0), now + 30 * second);
      expect(again.phase).toBe('open');
      expect(again.open_until_ms).toBe(now + 30 * second + (results.length - 1) * second + minute);
    },
  );

  test('is not changed by requests that were under way when it opened', () => {
    const opened = after('xxx', 0);
    expect(after('xxxooo', second, opened, now + second)).toEqual(opened);
  });
});

test('a provider is down if three of its models are', () => {
  const down = after('xxx', 0);
  expect(providerBlock([down, down, closedBreaker], now)).toBeNull();
  expect(providerBlock([down, down, down, closedBreaker], now)).toEqual({
    reason: 'breaker_open',
    until_ms: now + 30 * second,
  });
  expect(providerBlock([down, down, down], now + 31 * second)).toBeNull();
});

test('whatever happens, a target is out for ten minutes at most, and its breaker stays small', () => {
  const steps = fc.array(
    fc.record({ ok: fc.boolean(), later: fc.nat(100_000), sent: fc.boolean() }),
    { maxLength: 300 },
  );
  fc.assert(
    fc.property(steps, (results) => {
      let [breaker, at] = [closedBreaker, now];
      for (const { ok, later, sent } of results) {
        at += later;
        if (sent) breaker = probeStarted(breaker, at);
        breaker = breakerAfter(breaker, ok, at);
        expect((breakerBlock(breaker, at)?.until_ms ?? at) - at).toBeLessThanOrEqual(10 * minute);
        expect(breaker.recent.length).toBeLessThanOrEqual(64);
        expect([0.1, 0.5, 1]).toContain(shareOf(breaker));
      }
    }),
  );
});
