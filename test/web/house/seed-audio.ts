import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { AudioJob } from '../../../contracts/audio.ts';
import { pngOf } from '../../../activities/audio/png.ts';
import { audioAt, endedAudio, queuedAudio } from '../../../domain/audio/job.ts';
import { analyzeRequest, compareRequest, masterRequest } from '../../../domain/audio/request.ts';
import { reportExample } from '../../../gateway/audio/report-example.ts';
import { audioFolders } from '../../../platform/audio-folder.ts';
import { wavOf } from '../../activities/audio/wav.ts';
import { minute } from '../../domain/samples.ts';
import { scaled, seconds, sine } from '../../domain/audio/signals.ts';
import type { Web } from '../browser.ts';

const artifacts = [
  'master.wav',
  'peaks.json',
  'project/media/song.wav',
  'project/song.RPP',
  'report.json',
  'spectrogram.png',
  'waveform.png',
];
const master = {
  target_lufs: -14,
  ceiling_dbtp: -1,
  integrated: -14,
  true_peak: -1.18,
  range: 5.2,
  gain_db: -2.1,
  limited: true,
  reduction_db: 0.9,
  trim_db: 0,
  passes: 2,
  preset: null,
  reached: true,
  sha256: 'c'.repeat(64),
};
const chain = [
  { effect: 'gain', settings: { gain_db: -2.1 }, because: 'From -11.9 to -14 LUFS.' },
  {
    effect: 'limiter',
    settings: { limit_dbtp: -1.3, attack_ms: 15, release_ms: 200 },
    because: 'Its peaks would pass -1 dBTP.',
  },
];
const wave = Array.from({ length: 600 }, (_, at) => {
  const high = 0.25 + 0.6 * Math.abs(Math.sin(at / 17)) * Math.abs(Math.sin(at / 190));
  return [-0.9 * high, high];
});

/** Files, a master with its report, a job that runs and one that waits for a window. */
export async function seedAudio({ store, home }: Pick<Web, 'store' | 'home'>) {
  const folders = audioFolders(home);
  const now = Date.now();
  const tone = sine(330, 0.4, seconds(2));
  const song = wavOf([tone, tone]);
  const write = async (file: string, content: string | Buffer): Promise<void> => {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content);
  };
  for (const name of ['song.wav', 'drums.wav', 'voz principal.wav'])
    await write(join(folders.files, name), song);
  const begun = async (
    job_id: string,
    request: AudioJob['request'],
    change: (job: AudioJob) => AudioJob,
  ): Promise<string> => {
    const about = { job_id, host: 'box', owner: 'ana', correlation_id: 'c-1', request };
    await store.audio.create(queuedAudio(about, now - 3 * minute), [], null);
    await store.audio.change(job_id, (job) => ({ view: change(job), events: [] }));
    return job_id;
  };
  const during =
    (phase: 'measure' | 'render', waits = false) =>
    (job: AudioJob) => ({
      ...audioAt(job, { phase, waits }, now - 2 * minute),
      percent: 47,
    });
  const mastered = masterRequest({ audio_path: 'song.wav' })!;
  const ended = (job: AudioJob) =>
    endedAudio(during('render')(job), { ok: true, artifacts }, now - minute);
  const audioJob = await begun('audio-00000001', mastered, ended);
  const issues = [
    ...reportExample.issues,
    {
      ...reportExample.issues[0]!,
      kind: 'silence' as const,
      severity: 'info' as const,
      ranges: [[171.2, 180]] as [number, number][],
      because: '8.8 s of silence at the end',
      fix: 'Cut it off',
    },
    {
      ...reportExample.issues[0]!,
      kind: 'dc_offset' as const,
      severity: 'warn' as const,
      ranges: [],
      because: 'The mean is 0.0031',
      fix: 'A high-pass at 20 Hz takes it away',
    },
  ];
  await store.audio.saveReport(audioJob, { ...reportExample, issues, chain, master });
  const left = folders.job(audioJob);
  await write(join(left, 'peaks.json'), JSON.stringify({ seconds: 180, peaks: wave }));
  const grey = { width: 8, height: 4, points: new Uint8Array(32).map((_, at) => at % 2) };
  const palette: [number, number, number][] = [
    [20, 22, 31],
    [170, 178, 255],
  ];
  await write(join(left, 'spectrogram.png'), Buffer.from(pngOf({ ...grey, palette })));
  const quiet = scaled(tone, 0.7);
  await write(join(left, 'master.wav'), wavOf([quiet, quiet]));
  const liveAudio = await begun('audio-00000002', mastered, (job) => ({
    ...during('render')(job),
    pass: 2,
  }));
  await begun(
    'audio-00000003',
    analyzeRequest({ audio_path: 'drums.wav' }),
    during('measure', true),
  );
  const silent = { cause: 'silent', detail: 'One of them is silent.' };
  await begun('audio-00000004', compareRequest({ a: 'song.wav', b: 'drums.wav' }), (job) =>
    endedAudio(job, { ok: false, cancelled: false, ...silent }, now),
  );
  return { audioJob, liveAudio };
}
