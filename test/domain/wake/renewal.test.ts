import fc from 'fast-check';
import { expect, test } from 'vitest';
import { renewalOf, wakeTtl } from '../../../domain/wake/renewal.ts';
import { anOpenWindow, iso, minute, noon } from '../samples.ts';

const rule = { ttl_ms: 10 * minute, renew_ms: minute, max_ms: 60 * minute };
const open = (leftMs: number, now = noon) => anOpenWindow({ expires_at: iso(now + leftMs) });

test.each([
  ['renews a window of which more than the renewal time has passed', open(8 * minute), 2 * minute],
  ['leaves a window alone that was renewed within a minute', open(9.5 * minute), null],
  ['never shortens a window that people opened for longer', open(50 * minute), null],
  ['leaves a hold alone', anOpenWindow({ expires_at: null }), null],
  ['does not revive a window whose deadline has passed', open(-1), null],
])('a request %s', (_, view, by) => {
  expect(renewalOf(view, rule, 10 * minute, noon)).toBe(by);
});

test('a request asks for less, never for more than the rule allows', () => {
  expect(wakeTtl(null, rule)).toBe(10 * minute);
  expect(wakeTtl(5 * minute, rule)).toBe(5 * minute);
  expect(wakeTtl(60 * minute, rule)).toBe(10 * minute);
});

test('no sequence of requests moves a deadline past the hard end, or earlier, or more often than once in `renew`', () => {
  const gaps = fc.array(fc.integer({ min: 1, max: 12 * minute }), { maxLength: 200 });
  const asked = fc.option(fc.integer({ min: 1000, max: 20 * minute }));
  fc.assert(
    fc.property(gaps, asked, (steps, wanted) => {
      let view = open(10 * minute);
      let now = noon;
      let last = noon;
      const ttl = wakeTtl(wanted, rule);
      for (const step of steps) {
        now += step;
        const by = renewalOf(view, rule, ttl, now);
        if (by === null) continue;
        expect(by).toBeGreaterThan(0);
        if (last > noon)
          expect(now - last).toBeGreaterThanOrEqual(Math.min(rule.renew_ms, ttl / 2));
        last = now;
        view = { ...view, expires_at: iso(Date.parse(view.expires_at!) + by) };
        expect(Date.parse(view.expires_at!)).toBeLessThanOrEqual(noon + rule.max_ms);
      }
    }),
  );
});
