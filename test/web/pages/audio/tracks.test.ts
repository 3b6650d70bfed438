import { expect, test } from 'vitest';
import type { AudioJob, AudioRequest } from '../../../../contracts/audio.ts';
import {
  analyzeRequest,
  compareRequest,
  masterRequest,
  mixRequest,
} from '../../../../domain/audio/request.ts';
import { jobExample } from '../../../../gateway/audio/examples.ts';
import { reportExample } from '../../../../gateway/audio/report-example.ts';
import { tracksOf } from '../../../../web/pages/audio/job/tracks.ts';

const jobOf = (request: AudioRequest, artifacts: string[]): AudioJob => ({
  ...jobExample,
  request,
  status: 'completed',
  artifacts,
});
const mastered = masterRequest({ audio_path: 'my song.wav' })!;
const master = (integrated: number) => ({
  ...reportExample,
  master: {
    target_lufs: integrated,
    ceiling_dbtp: -1,
    integrated,
    true_peak: -1,
    range: 5,
    gain_db: 0,
    limited: false,
    reduction_db: 0,
    trim_db: 0,
    passes: 1,
    preset: null,
    reached: true,
    sha256: 'c'.repeat(64),
  },
});

test.each([
  ['quieter', -14],
  ['louder', -9],
])(
  'a master that is %s is heard at the loudness of the original, by turning down only',
  (kind, lufs) => {
    const [original, made] = tracksOf(jobOf(mastered, ['master.wav']), master(lufs), '/job');
    expect(original).toMatchObject({ path: '/vx11/audio/files/my%20song.wav' });
    expect(made).toMatchObject({ path: '/job/artifacts/master.wav' });
    // the example is at -11.9 LUFS
    expect([-11.9 + original!.gain_db, lufs + made!.gain_db]).toEqual(
      kind === 'quieter'
        ? [expect.closeTo(-14, 5), expect.closeTo(-14, 5)]
        : [expect.closeTo(-11.9, 5), expect.closeTo(-11.9, 5)],
    );
    expect(Math.max(original!.gain_db, made!.gain_db)).toBe(0);
  },
);

test('a mix is heard, and beside its master at one loudness where it has one', () => {
  const mix = mixRequest({ stems: [{ audio_path: 'x.wav' }, { audio_path: 'y.wav' }] });
  expect(tracksOf(jobOf(mix, ['mix.wav', 'report.json']), reportExample, '/job')).toEqual([
    { name: 'mixed', path: '/job/artifacts/mix.wav', gain_db: 0 },
  ]);
  const both = tracksOf(jobOf(mix, ['master.wav', 'mix.wav']), master(-9), '/job');
  expect(both.map(({ name }) => name)).toEqual(['mixed', 'mastered']);
  expect(both.map(({ gain_db }) => gain_db)).toEqual([0, expect.closeTo(-2.9, 5)]);
});

test('a comparison has its two copies as they are, an analysis its file, and a job that runs nothing', () => {
  const compared = jobOf(compareRequest({ a: 'x.wav', b: 'y.wav' }), ['a.wav', 'b.wav']);
  expect(tracksOf(compared, null, '/job').map(({ name, gain_db }) => [name, gain_db])).toEqual([
    ['a', 0],
    ['b', 0],
  ]);
  const analyzed = jobOf(analyzeRequest({ audio_path: 'x.wav' }), ['report.json']);
  expect(tracksOf(analyzed, reportExample, '/job')).toHaveLength(1);
  expect(tracksOf({ ...analyzed, status: 'failed' }, null, '/job')).toEqual([]);
});
