import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { analyzeRequest } from '../../../domain/audio/request.ts';
import {
  integrated,
  momentaryMax,
  ranges,
  shortTermMax,
  truePeaks,
  type EbuCase,
} from '../../domain/audio/ebu-cases.ts';
import { fromDb, seconds, sine } from '../../domain/audio/signals.ts';
import { hasEngine, startAudioBench, type AudioBench } from './bench.ts';
import { wavOf } from './wav.ts';

/** A job each would take long: the others are measured without one, in test/domain/audio/loudness.test.ts. */
const some = (cases: EbuCase[]): EbuCase[] => cases.filter((_, nth) => nth % 7 < 2);

describe.skipIf(!hasEngine)('EBU', () => {
  let bench: AudioBench;
  beforeAll(async () => void (bench = await startAudioBench()));
  afterAll(() => bench?.remove());
  const reportOf = async (channels: Float32Array[]) => {
    await bench.put('case.wav', wavOf(channels, { float: true }));
    const request = analyzeRequest({ audio_path: 'case.wav', depth: 'quick' });
    return (await bench.run(request)).report!;
  };

  test.each(integrated)(
    '3341 case %s: integrated loudness within 0.1 LU',
    async (_, make, right) => {
      const { loudness: found } = await reportOf(make());
      expect(Math.abs(found.integrated! - right)).toBeLessThanOrEqual(0.1);
    },
  );
  test.each(some(shortTermMax))('3341 case %s: the loudest 3 s', async (_, make, right) => {
    const { loudness: found } = await reportOf(make());
    expect(Math.abs(found.short_term_max! - right)).toBeLessThanOrEqual(0.1);
  });
  test.each(some(momentaryMax))('3341 case %s: the loudest 400 ms', async (_, make, right) => {
    const { loudness: found } = await reportOf(make());
    expect(Math.abs(found.momentary_max! - right)).toBeLessThanOrEqual(0.1);
  });
  test.each(truePeaks)('3341 case %s: true peak +0.2, −0.4 dB', async (_, make, right) => {
    const { peaks: found } = await reportOf(make());
    expect(found.true! - right).toBeLessThanOrEqual(0.2);
    expect(found.true! - right).toBeGreaterThanOrEqual(-0.4);
  });
  test.each(ranges)('3342 case %s: loudness range within 1 LU', async (_, make, right) => {
    const { loudness: found } = await reportOf(make());
    expect(Math.abs(found.range! - right)).toBeLessThanOrEqual(1);
  });
  test('a channel alone is 3 LU lower than both, and dual mono makes up for it', async () => {
    const one = await reportOf([sine(1000, fromDb(-23), seconds(5))]);
    expect(one.loudness).toMatchObject({ measured_as: 'mono' });
    expect(Math.abs(one.loudness.integrated! + 26)).toBeLessThanOrEqual(0.1);
  });
});
