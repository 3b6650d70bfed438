import { createHash } from 'node:crypto';
import { spawnSync } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { MasterBody } from '../../../contracts/audio.ts';
import { newId } from '../../../contracts/ids.ts';
import { masterRequest } from '../../../domain/audio/request.ts';
import {
  fromDb,
  noise,
  scaled,
  seconds,
  silence,
  sine,
  sumOf,
} from '../../domain/audio/signals.ts';
import { decoded, failing, hasEngine, startAudioBench, type AudioBench } from './bench.ts';
import { headerOf, wavOf } from './wav.ts';

const rate = 48_000;
/** The highest sample at eight times the rate, in dB: a meter that is not the one under test. */
function peakAt8(file: Buffer): number {
  const filter = `aresample=${8 * rate}:resampler=soxr,astats=measure_perchannel=none`;
  const args = ['-i', 'pipe:0', '-af', filter, '-f', 'null', '-'];
  const { stderr } = spawnSync('ffmpeg', args, { input: file, encoding: 'utf8' });
  return Number(/Peak level dB: (\S+)/.exec(stderr)![1]);
}

describe.skipIf(!hasEngine)('a master', () => {
  let bench: AudioBench;
  beforeAll(async () => void (bench = await startAudioBench()));
  afterAll(() => bench?.remove());

  const mastered = async (file: Buffer, more: Partial<MasterBody> = {}) => {
    await bench.put('m.wav', file);
    const request = masterRequest({ audio_path: 'm.wav', ...more })!;
    const job = await bench.run(request);
    return { ...job, report: job.report!, master: job.report!.master! };
  };
  const quiet = sumOf(sine(220, 0.02, seconds(6)), noise(0.01, seconds(6)));
  test('whose peaks have room is an exact gain, and nothing else', async () => {
    const { master, report, artifact } = await mastered(wavOf([quiet, quiet]));
    expect(master).toMatchObject({ limited: false, passes: 1, trim_db: 0, reached: true });
    expect(Math.abs(master.integrated! + 14)).toBeLessThanOrEqual(0.02);
    expect(report.chain.map(({ effect }) => effect)).toEqual(['gain']);
    expect(Math.abs(master.range! - report.loudness.range!)).toBeLessThanOrEqual(0.5);
    const [out, gain] = [decoded(await artifact('master.wav')), fromDb(master.gain_db)];
    expect(out).toHaveLength(2 * quiet.length);
    const worst = quiet.reduce(
      (most, one, at) => Math.max(most, Math.abs(out[2 * at]! - one * gain)),
      0,
    );
    expect(20 * Math.log10(worst)).toBeLessThan(-90);
  });
  const hostile: [string, () => Float32Array][] = [
    ['white noise', () => noise(0.4, seconds(4))],
    ['squares', () => sine(997, 1, seconds(4)).map((one) => 0.5 * Math.sign(one))],
    [
      'tones between samples',
      () =>
        sumOf(sine(rate / 4, 0.4, seconds(4), { phase: 0.785 }), sine(rate / 3, 0.2, seconds(4))),
    ],
    [
      'clicks',
      () =>
        Float32Array.from({ length: seconds(4) }, (_, at) =>
          at % 4801 < 2 ? 0.9 * (-1) ** at : 0.05 * Math.sin(at / 30),
        ),
    ],
  ];
  test.each(hostile)('of %s is below its ceiling by two meters', async (_, make) => {
    const signal = make();
    const { master, artifact } = await mastered(wavOf([signal, scaled(signal, 0.8)]), {
      target: { lufs: -8, ceiling_dbtp: -1, max_gain_reduction_db: 12 },
    });
    expect(master.true_peak).toBeLessThanOrEqual(-1);
    const file = await artifact('master.wav');
    expect(peakAt8(file)).toBeLessThanOrEqual(-0.9);
    if (master.reached) expect(Math.abs(master.integrated! + 8)).toBeLessThanOrEqual(0.1);
  });
  test('keeps the rate, says its tools, and is the same bytes again', async () => {
    const file = wavOf([quiet, quiet], { rate: 44_100 });
    const one = await mastered(file, { format: { container: 'flac', bits: 16 } });
    const other = await mastered(file, { format: { container: 'flac', bits: 16 } });
    expect(one.master.sha256).toBe(other.master.sha256);
    const bytes = await one.artifact('master.flac');
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(one.master.sha256);
    expect(one.report.tools['ffmpeg']).toBeTruthy();
  });
  test('is refused for silence, and for less than 400 ms', async () => {
    expect(await failing(mastered(wavOf([silence(seconds(2))])))).toBe('silent');
    expect(await failing(mastered(wavOf([quiet.slice(0, 9600)])))).toBe('too_short');
  });
  test('has the rate that is asked for, below its ceiling there, and the report says it', async () => {
    const loud = noise(0.4, 3 * 96_000);
    const format = { container: 'wav', bits: 24, rate: 44_100 } as const;
    for (const lufs of [-30, -8]) {
      const { master, artifact } = await mastered(wavOf([loud, loud], { rate: 96_000 }), {
        format,
        target: { lufs, ceiling_dbtp: -1, max_gain_reduction_db: 12 },
      });
      expect(master.format).toEqual({ ...format, channels: 2 });
      const file = await artifact('master.wav');
      expect(headerOf(file).header).toMatchObject({ rate: 44_100, channels: 2 });
      expect(decoded(file).length / 2 / 44_100).toBeCloseTo(3, 3);
      expect(master.true_peak).toBeLessThanOrEqual(-1);
      expect(Math.abs(master.integrated! - lufs)).toBeLessThanOrEqual(0.1);
    }
  });
  test('of more than two channels changes the gain alone, and is refused where that would pass the ceiling', async () => {
    const six = [1, 2, 3, 4, 5, 6].map((nth) => sine(150 * nth, 0.02, seconds(3)));
    const { master, artifact } = await mastered(wavOf(six), {
      target: { lufs: -24, ceiling_dbtp: -1 },
    });
    expect(master).toMatchObject({ limited: false, reached: true });
    const out = decoded(await artifact('master.wav'));
    const gain = fromDb(master.gain_db);
    expect(out).toHaveLength(6 * seconds(3));
    for (const [nth, one] of six.entries())
      expect(Math.abs(out[6 * 1000 + nth]! - one[1000]! * gain)).toBeLessThan(1e-6);
    const tooLoud = mastered(wavOf(six), { target: { lufs: -4, ceiling_dbtp: -9 } });
    expect(await failing(tooLoud)).toBe('channels_unsupported');
  });
  test('goes on after each phase in another process, with the same bytes', async () => {
    const loud = noise(0.4, seconds(2));
    const target = { lufs: -8, ceiling_dbtp: -1, max_gain_reduction_db: 12 };
    const whole = await mastered(wavOf([loud, loud]), { target });
    await bench.put('k.wav', wavOf([loud, loud]));
    const request = masterRequest({ audio_path: 'k.wav', target })!;
    const job_id = newId('audio');
    for (const phase of ['probe', 'measure', 'describe', 'render', 'render', 'export'] as const)
      await bench.phase(request, phase, job_id);
    const again = await bench.run(request, { job_id });
    expect(again.report!.master!.sha256).toBe(whole.master.sha256);
  });
});
