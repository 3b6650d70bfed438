import { join } from 'node:path';
import { analyzeRequest } from '../../../domain/audio/request.ts';
import type { AudioBench } from '../../../test/activities/audio/bench.ts';
import { ffmpegMeter, type FfmpegMeter } from '../../../test/activities/audio/ffmpeg-meter.ts';
import { wavOf } from '../../../test/activities/audio/wav.ts';
import {
  integrated,
  momentaryMax,
  ranges,
  shortTermMax,
  truePeaks,
  type EbuCase,
} from '../../../test/domain/audio/ebu-cases.ts';
import { hostileCount, mastersOf } from '../../../test/faults/audio/hostile-masters.ts';
import type { Result } from '../../measure.ts';

interface Meter {
  name: string;
  cases: EbuCase[];
  /** How far it may be off, below and above. */
  may: [below: number, above: number];
  unit: string;
  of: keyof FfmpegMeter;
}

const meters: Meter[] = [
  { name: 'loudness', cases: integrated, may: [0.1, 0.1], unit: 'LU', of: 'integrated' },
  { name: 'loudest 3 s', cases: shortTermMax, may: [0.1, 0.1], unit: 'LU', of: 'short_term_max' },
  { name: 'loudest 400 ms', cases: momentaryMax, may: [0.1, 0.1], unit: 'LU', of: 'momentary_max' },
  { name: 'loudness range', cases: ranges, may: [1, 1], unit: 'LU', of: 'range' },
  { name: 'true peak', cases: truePeaks, may: [0.4, 0.2], unit: 'dB', of: 'true_peak' },
];

/** The meters on every case of EBU Tech 3341 and 3342 that can be synthesised, with ffmpeg's own beside ours. */
export async function ebu(bench: AudioBench, quick: boolean): Promise<Result[]> {
  const results: Result[] = [];
  for (const { name, cases, may, unit, of } of meters) {
    const chosen = quick ? cases.slice(0, 2) : cases;
    const [ours, plain]: [number[], number[]] = [[], []];
    for (const [, make, right] of chosen) {
      await bench.put('case.wav', wavOf(make(), { float: true }));
      const request = analyzeRequest({ audio_path: 'case.wav', depth: 'quick' });
      const { loudness, peaks } = (await bench.run(request)).report!;
      ours.push((of === 'true_peak' ? peaks.true! : loudness[of]!) - right);
      plain.push(ffmpegMeter(join(bench.folders.files, 'case.wav'))[of] - right);
    }
    const held = (off: number[]): number =>
      (100 * off.filter((one) => one >= -may[0] && one <= may[1]).length) / off.length;
    const worst = (off: number[]): string =>
      Math.max(...off.map(Math.abs)).toFixed(unit === 'LU' ? 3 : 2);
    const one = (value: number) => ({ p50: value, p95: value, n: 1 });
    results.push({
      name: `audio: EBU cases of ${name}`,
      unit: '%',
      ours: one(held(ours)),
      plain: one(held(plain)),
      bar: `all within +${may[1]}, −${may[0]} ${unit}`,
      met: held(ours) === 100,
      n: chosen.length,
      notes: [
        `at most ${worst(ours)} ${unit} off; plain is ffmpeg's own meter, which is ${worst(plain)} ${unit} off`,
      ],
    });
  }
  return results;
}

/** Masters of 200 hostile signals: below their ceiling by two meters, and at their loudness. */
export async function ceilings(bench: AudioBench, quick: boolean): Promise<Result[]> {
  const seeds = Array.from({ length: quick ? 10 : hostileCount }, (_, nth) => nth);
  const [over, missed]: [string[], string[]] = [[], []];
  let [highest, capped, passes] = [-Infinity, 0, 0];
  for (const one of await mastersOf(bench, seeds)) {
    const { about, master, byInterpolation, byFfmpeg, isCapped } = one;
    const peak = Math.max(byInterpolation, byFfmpeg);
    highest = Math.max(highest, peak);
    passes += master.passes;
    if (peak > master.ceiling_dbtp) over.push(`${about}: ${peak.toFixed(3)} dBTP`);
    if (isCapped) capped += 1;
    else if (Math.abs(master.integrated! - master.target_lufs) > 0.1)
      missed.push(`${about}: ${master.integrated} LUFS`);
  }
  const row = (name: string, wrong: string[], of: number, note: string): Result => {
    const part = (100 * (of - wrong.length)) / of;
    return {
      name,
      unit: '%',
      ours: { p50: part, p95: part, n: 1 },
      plain: null,
      bar: '100 %',
      met: wrong.length === 0,
      n: of,
      notes: [note, ...wrong.slice(0, 5)],
    };
  };
  return [
    row(
      'audio: masters below their ceiling by two meters',
      over,
      seeds.length,
      `ffmpeg's own meter and an interpolation at eight times the rate; the highest one at ${highest.toFixed(3)} dBTP with a ceiling of -1; ${(passes / seeds.length).toFixed(1)} passes each`,
    ),
    row(
      'audio: masters within 0.1 LU',
      missed,
      seeds.length - capped,
      `${capped} others reached the most reduction that is allowed, 12 dB`,
    ),
  ];
}
