import { describe, expect, test } from 'vitest';
import { unreached } from '../../../domain/audio/mastering/unreached.ts';
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

describe('a target that is missed names what held it back', () => {
  const missed = (
    source: Written,
    render: (pass: Pass) => Written,
    asked: Partial<typeof target> = {},
  ) => {
    const { loop, end } = master(source, render, { ...target, ...asked });
    return unreached(loop, { ...end, integrated: end.written.integrated + end.trim });
  };
  const loud = { integrated: -20, true_peak: -3 };
  test('and one that is reached is none', () => {
    expect(missed(loud, limiter(loud, 0.2))).toBeNull();
  });
  test('the cap of the reduction, with the peaks that need more', () => {
    const source = { integrated: -30, true_peak: 2.5 };
    const found = missed(source, limiter(source, 0.2), { max_gain_reduction_db: 6 })!;
    expect(found.because).toContain('more than 6 dB would have to be taken off its peaks');
    expect(found.because).toContain('2.5 dBTP');
    expect(found.fix).toContain('max_gain_reduction_db, at most 12');
    expect(missed(source, limiter(source, 0.2))!.fix).not.toContain('max_gain_reduction_db');
  });
  test('that no limiter is allowed', () => {
    const found = missed(loud, limiter(loud, 0.2), { max_gain_reduction_db: 0 })!;
    expect(found.because).toContain('no limiter is allowed');
    expect(found.because).toContain('2.0 dB of gain');
    expect(found.value).toBeCloseTo(-18, 1);
    expect(found.threshold).toBe(-14);
  });
  test('the ceiling, which no limiter held', () => {
    const found = missed(loud, ({ gain }) => ({
      integrated: loud.integrated + gain,
      true_peak: 1,
    }))!;
    expect(found.because).toMatch(/after 6 passes .* ceiling of -1 dBTP.* lowered by 2\.01 dB/);
  });
  test('a limiter that gives back nothing', () => {
    const flat = ({ limit }: Pass): Written => ({
      integrated: -17,
      true_peak: (limit ?? 0) + 0.2,
    });
    const found = missed({ integrated: -18, true_peak: -3 }, flat, { max_gain_reduction_db: 100 })!;
    expect(found.because).toContain('takes away what more gain adds');
    expect(found.because).toContain('6 passes');
  });
  test('a meter that counts other parts at another level', () => {
    const source = { integrated: -50, true_peak: -40 };
    const found = missed(source, ({ gain }) => ({
      integrated: source.integrated + gain - 1,
      true_peak: source.true_peak + gain,
    }))!;
    expect(found.because).toContain('exactly 36.00 dB');
    expect(found.because).not.toContain('peaks');
  });
});
