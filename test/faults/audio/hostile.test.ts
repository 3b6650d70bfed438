import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasEngine, startAudioBench, type AudioBench } from '../../activities/audio/bench.ts';
import { hostileCount, mastersOf } from './hostile-masters.ts';

/** Signals of one test: a failure names ten of them at most. */
const together = 10;

describe.skipIf(!hasEngine)('200 hostile signals', () => {
  let bench: AudioBench;
  beforeAll(async () => void (bench = await startAudioBench()));
  afterAll(() => bench?.remove());

  const seeds = Array.from({ length: hostileCount }, (_, nth) => nth);
  const groups = seeds.filter((seed) => seed % together === 0);
  test.each(groups)(
    'mastered, ten from seed %i on are below their ceiling by two meters that are not the one of the report, and at their target where they may be',
    async (first) => {
      for (const one of await mastersOf(bench, seeds.slice(first, first + together))) {
        const { about, master, isCapped } = one;
        expect(one.isWhole, about).toBe(true);
        expect(master.true_peak, about).toBeLessThanOrEqual(-1);
        expect(one.byInterpolation, about).toBeLessThanOrEqual(-1);
        expect(one.byFfmpeg, about).toBeLessThanOrEqual(-1);
        const miss = Math.abs(master.integrated! - master.target_lufs);
        if (!isCapped) expect(miss, about).toBeLessThanOrEqual(0.1);
        expect(master.reached || isCapped, about).toBe(true);
      }
    },
  );
});
