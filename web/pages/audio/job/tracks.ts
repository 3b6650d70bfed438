import type { AudioReport } from '../../../../contracts/audio-report.ts';
import type { AudioJob } from '../../../../contracts/audio.ts';

/** What can be heard of a job. */
export interface Track {
  name: 'original' | 'mastered' | 'mixed' | 'a' | 'b';
  /** The address of its file. */
  path: string;
  /** Never above 0: the louder one is turned down to the other. */
  gain_db: number;
}

const fileAt = (name: string): string => `/vx11/audio/files/${encodeURIComponent(name)}`;

/** The tracks of a job that has completed. @param path the address of the job */
export function tracksOf(job: AudioJob, report: AudioReport | null, path: string): Track[] {
  if (job.status !== 'completed') return [];
  const at = (artifact: string): string => `${path}/artifacts/${artifact}`;
  const has = (artifact: string): boolean => job.artifacts.includes(artifact);
  const original = job.request.inputs[0]!.audio_path;
  const { kind } = job.request;
  // the files of a comparison are at one loudness already
  if (kind === 'compare')
    return has('a.wav') && has('b.wav')
      ? [
          { name: 'a', path: at('a.wav'), gain_db: 0 },
          { name: 'b', path: at('b.wav'), gain_db: 0 },
        ]
      : [];
  const before: Omit<Track, 'gain_db'> =
    kind === 'mix'
      ? { name: 'mixed', path: at('mix.wav') }
      : { name: 'original', path: fileAt(original) };
  if (kind === 'mix' && !has('mix.wav')) return [];
  const master = job.artifacts.find((one) => /^master\.(wav|flac)$/.test(one));
  if (master === undefined) return kind === 'master' ? [] : [{ ...before, gain_db: 0 }];
  const [was, is] = [report?.loudness.integrated ?? null, report?.master?.integrated ?? null];
  const louder = was === null || is === null ? 0 : is - was;
  return [
    { ...before, gain_db: Math.min(0, louder) },
    { name: 'mastered', path: at(master), gain_db: Math.min(0, -louder) },
  ];
}
