import { analyzeRequest } from '../../../domain/audio/request.ts';
import type { AudioReport } from '../../../contracts/audio-report.ts';
import { noteNames } from '../../../domain/audio/key/profiles.ts';
import { inPairs, type AudioBench } from '../../../test/activities/audio/bench.ts';
import { wavOf } from '../../../test/activities/audio/wav.ts';
import { noise, silence, sine } from '../../../test/domain/audio/signals.ts';
import { song } from '../../../test/domain/audio/songs.ts';
import type { Result } from '../../measure.ts';

const rate = 44_100;
const bar = 95;

async function reportOf(
  bench: AudioBench,
  signal: Float32Array,
  nth: number,
): Promise<AudioReport> {
  const audio_path = `heard-${nth}.wav`;
  await bench.put(audio_path, wavOf([signal], { rate, bits: 16 }));
  return (await bench.run(analyzeRequest({ audio_path }))).report!;
}

const row = (name: string, right: number, of: number, notes: string[]): Result => {
  const part = (100 * right) / of;
  return {
    name,
    unit: '%',
    ours: { p50: part, p95: part, n: 1 },
    plain: null,
    bar: `≥ ${bar} %`,
    met: part >= bar,
    n: of,
    notes,
  };
};

/** Tempo and key of synthesised songs, and that there is none of either where there is no music. */
export async function hearing(bench: AudioBench, quick: boolean): Promise<Result[]> {
  const wrongTempi: string[] = [];
  const tempi = Array.from({ length: quick ? 4 : 40 }, (_, nth) => 60 + nth * 3.4);
  await inPairs(tempi, async (bpm, nth) => {
    const kind = { tonic: (nth * 5) % 12, scale: nth % 2 === 0 ? 'major' : 'minor' } as const;
    const sound = song({ ...kind, bpm, drums: true, length: 30, rate });
    const { tempo } = await reportOf(bench, sound, nth);
    if (tempo === null || Math.abs(tempo.bpm / bpm - 1) > 0.01)
      wrongTempi.push(`${bpm.toFixed(1)} was taken for ${tempo?.bpm ?? 'none'}`);
  });
  const wrongKeys: string[] = [];
  const keys = Array.from({ length: quick ? 4 : 36 }, (_, nth) => ({
    tonic: nth % 12,
    scale: nth % 24 < 12 ? ('major' as const) : ('minor' as const),
    // the last twelve, of both scales
    drums: nth >= 24,
  })).map((one, nth) => (nth >= 30 ? { ...one, scale: 'minor' as const } : one));
  await inPairs(keys, async ({ tonic, scale, drums }, nth) => {
    const { key } = await reportOf(bench, song({ tonic, scale, bpm: 104, drums, rate }), nth);
    if (key?.name !== noteNames[tonic] || key?.scale !== scale)
      wrongKeys.push(
        `${noteNames[tonic]} ${scale} was taken for ${key === null ? 'none' : `${key.name} ${key.scale}`}`,
      );
  });
  const nothings: [string, Float32Array][] = [
    ...[1, 2, 3].map((seed): [string, Float32Array] => ['noise', noise(0.3, 20 * rate, seed)]),
    ['silence', silence(20 * rate)],
    ['a tone', sine(440, 0.3, 20 * rate, { rate })],
  ];
  const heard: string[] = [];
  for (const [nth, [name, signal]] of nothings.entries()) {
    const { tempo, key } = await reportOf(bench, signal, nth);
    if (tempo !== null || key !== null) heard.push(`${name} has ${tempo?.bpm ?? key?.name}`);
  }
  const listed = (wrong: string[]): string[] => (wrong.length === 0 ? [] : [wrong.join('; ')]);
  return [
    row(
      'audio: tempo within 1 %',
      tempi.length - wrongTempi.length,
      tempi.length,
      listed(wrongTempi),
    ),
    row('audio: key', keys.length - wrongKeys.length, keys.length, listed(wrongKeys)),
    {
      ...row(
        'audio: no tempo and no key of noise, silence, a tone',
        nothings.length - heard.length,
        nothings.length,
        listed(heard),
      ),
      bar: '100 %',
      met: heard.length === 0,
    },
  ];
}
