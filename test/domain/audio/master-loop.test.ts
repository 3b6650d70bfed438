import { describe, expect, test } from 'vitest';
import {
  nextPass,
  reductionOf,
  type MasterLoop,
  type Pass,
  type Written,
} from '../../../domain/audio/master-loop.ts';

const target = { lufs: -14, ceiling_dbtp: -1, max_gain_reduction_db: 12 };

/** Runs the loop over a renderer that is only a formula. */
function master(
  source: Written,
  render: (pass: Pass) => Written,
  asked = target,
): { loop: MasterLoop; end: Extract<ReturnType<typeof nextPass>, { do: 'finish' }> } {
  const loop: MasterLoop = { target: asked, source, first_gain: null, tried: [] };
  for (;;) {
    const next = nextPass(loop);
    if (next.do === 'finish') return { loop, end: next };
    loop.tried.push({ pass: next.pass, written: render(next.pass) });
  }
}
/** A limiter that lets `leak` dB through, and takes loudness with what it takes off. */
const limiter =
  (source: Written, leak: number, loss = 0.3) =>
  ({ gain, limit }: Pass): Written => {
    const peak = source.true_peak + gain;
    const over = limit === null ? 0 : Math.max(0, peak - limit);
    return {
      integrated: source.integrated + gain - loss * over,
      true_peak: over > 0 ? limit! + leak : peak,
    };
  };

test('where the peak stays below the ceiling, nothing but the exact gain is done, once', () => {
  const source = { integrated: -23, true_peak: -14 };
  const { loop, end } = master(source, limiter(source, 1));
  expect(end).toMatchObject({ pass: { gain: 9, limit: null }, trim: 0 });
  expect(end.written.integrated).toBe(-14);
  expect(loop.tried).toHaveLength(1);
});

test('where another meter finds a hair over the ceiling, the gain is lowered by it, and nothing is limited', () => {
  const source = { integrated: -23, true_peak: -10.05 };
  const { loop, end } = master(source, ({ gain, limit }) => ({
    integrated: source.integrated + gain,
    true_peak: limit === null ? source.true_peak + gain + 0.1 : 0,
  }));
  expect(loop.tried.map(({ pass }) => pass.limit)).toEqual([null, null]);
  expect(end.written.true_peak).toBeLessThanOrEqual(-1);
  expect(Math.abs(end.written.integrated + 14)).toBeLessThanOrEqual(0.1);
});

test('a peak that only the digits of a meter keep below the ceiling is over it', () => {
  const source = { integrated: -20, true_peak: -3 };
  const { end } = master(source, ({ gain, limit }) => ({
    integrated: source.integrated + gain,
    true_peak: limit === null ? 3 : limit + 0.297,
  }));
  expect(end.written.true_peak).toBeLessThanOrEqual(-1.005);
});

test('a loud file is turned down only', () => {
  const source = { integrated: -6, true_peak: 3 };
  const { end } = master(source, limiter(source, 1));
  expect(end.pass).toEqual({ gain: -8, limit: null });
});

describe('where it would pass the ceiling', () => {
  test.each([0.1, 0.3, 0.6, 1.2, 2])(
    'a limiter that lets %f dB through ends below it, at its target',
    (leak) => {
      const source = { integrated: -20, true_peak: -3 };
      const { loop, end } = master(source, limiter(source, leak));
      expect(end.written.true_peak + end.trim).toBeLessThanOrEqual(-1);
      expect(Math.abs(end.written.integrated + 14)).toBeLessThanOrEqual(0.1);
      expect(loop.tried.length).toBeLessThanOrEqual(6);
      expect(reductionOf(loop, end.pass)).toBeGreaterThan(3);
    },
  );
  test('a limiter that gives back little of what is put in still ends at its target', () => {
    const source = { integrated: -18, true_peak: -3 };
    const { end, loop } = master(source, limiter(source, 0.2, 0.75));
    expect(Math.abs(end.written.integrated + 14)).toBeLessThanOrEqual(0.1);
    expect(loop.tried.length).toBeLessThanOrEqual(6);
  });
  test('no more is taken off peaks than is allowed, and the target is missed', () => {
    const source = { integrated: -30, true_peak: 0 };
    const asked = { ...target, max_gain_reduction_db: 6 };
    const { loop, end } = master(source, limiter(source, 0.2), asked);
    expect(reductionOf(loop, end.pass)).toBeLessThanOrEqual(6.01);
    expect(end.written.integrated).toBeLessThan(-20);
    expect(end.written.true_peak).toBeLessThanOrEqual(-1);
  });
  test('a limiter that holds nothing is followed by a lower gain', () => {
    const source = { integrated: -20, true_peak: -3 };
    let worse = 0;
    const { loop, end } = master(source, (pass) => ({
      integrated: source.integrated + pass.gain,
      true_peak: 1 + (worse += 0.1),
    }));
    expect(loop.tried).toHaveLength(6);
    expect(end.trim).toBeLessThan(-2);
    expect(end.written.true_peak + end.trim).toBeLessThanOrEqual(-1);
  });
});
