import { z } from 'zod';
import { audioMetadata, audioReport } from './audio-report.ts';
import { sha256Hex } from './patch.ts';
import { hostName, instant } from './text.ts';

export const audioJobId = z
  .string()
  .max(64)
  .regex(/^audio-[\da-f]{8,}$/, 'must be the id of an audio job');

/** The name of a file below the folder of audio; docs/audio.md says which are possible. */
export const audioPath = z.string().min(1).max(1024).meta({ description: 'As it was uploaded' });

export const audioJobKind = z.enum(['analyze', 'master', 'mix', 'compare']);
export type AudioJobKind = z.infer<typeof audioJobKind>;

/** The parts of a job, in order; each is one activity of shubniggurath. */
export const audioPhase = z.enum(['probe', 'measure', 'describe', 'render', 'export']);
export type AudioPhase = z.infer<typeof audioPhase>;

export const audioJobStatus = z.enum([
  'queued',
  'running',
  'analyzing',
  'processing',
  'exporting',
  'waiting_for_window',
  'completed',
  'failed',
  'cancelled',
]);
export type AudioJobStatus = z.infer<typeof audioJobStatus>;

/** How much is measured: loudness, peaks and problems; also tempo, key and pictures; all of that over the whole file. */
export const audioDepth = z.enum(['quick', 'full', 'deep']);
export type AudioDepth = z.infer<typeof audioDepth>;

export const audioTarget = z.strictObject({
  lufs: z.number().min(-40).max(-4),
  ceiling_dbtp: z.number().min(-9).max(0),
  max_gain_reduction_db: z.number().min(0).max(12).optional().meta({ description: 'Default: 6' }),
});
export type AudioTarget = z.infer<typeof audioTarget>;

/** A target without defaults. */
export const wholeTarget = z.strictObject({
  lufs: z.number(),
  ceiling_dbtp: z.number(),
  max_gain_reduction_db: z.number(),
});
export type WholeTarget = z.infer<typeof wholeTarget>;

export const audioFormat = z.strictObject({
  container: z.enum(['wav', 'flac']),
  bits: z.union([z.literal(16), z.literal(24)]),
  rate: z
    .literal([44_100, 48_000, 88_200, 96_000, 176_400, 192_000])
    .optional()
    .meta({ description: 'Default: that of the source' }),
});
export type AudioFormat = z.infer<typeof audioFormat>;

/** An effect that a preset always has, with its settings. */
export const audioEffect = z.strictObject({
  effect: z.enum(['high_pass', 'low_pass', 'eq', 'compressor', 'distortion', 'de_esser']),
  settings: z.record(z.string(), z.number()),
});
export type AudioEffect = z.infer<typeof audioEffect>;

/** A preset: a target, what a master of it is for, and what is done to reach it. */
export const audioPreset = z.strictObject({
  name: z.string().regex(/^[a-z][a-z_]{1,40}$/),
  about: z.string(),
  target: wholeTarget,
  corrects: z.boolean().meta({ description: 'Whether it corrects what the analysis found' }),
  tilt: z
    .strictObject({
      low: z.number(),
      low_mid: z.number(),
      mid: z.number(),
      high_mid: z.number(),
      high: z.number(),
    })
    .nullable()
    .meta({ description: 'How much of its energy is usual in each band, in dB' }),
  effects: z.array(audioEffect).max(8).meta({ description: 'What it always does' }),
  version: z.int(),
});
export type AudioPreset = z.infer<typeof audioPreset>;

/** What a track is in a mix; decides where its fader and its place start. */
export const stemRole = z.enum(['lead', 'drums', 'kick', 'bass', 'harmony', 'effects']);
export type StemRole = z.infer<typeof stemRole>;

export const audioStem = z.strictObject({
  audio_path: audioPath,
  role: stemRole.optional().meta({ description: 'Default: from its name, else harmony' }),
  gain_db: z.number().min(-60).max(12).optional().meta({ description: 'Default: decided' }),
  pan: z.number().min(-1).max(1).optional().meta({ description: 'Default: decided' }),
  mute: z.boolean().optional(),
  flip: z.boolean().optional().meta({ description: 'Turn its polarity' }),
});
export type AudioStem = z.infer<typeof audioStem>;

/** The rate that a file should have; it is measured at its own, since another one would hide what is wrong with it. */
const sampleRate = z.int().min(8000).max(384_000).optional().meta({
  description: 'The rate that it should have, in Hz; with another one the report has other_rate',
});
const metadata = audioMetadata.optional().meta({ description: 'Kept in the job and its report' });

export const analyzeBody = z.strictObject({
  audio_path: audioPath,
  depth: audioDepth.optional().meta({ description: 'Default: full. full: tempo, key, pictures' }),
  sample_rate: sampleRate,
  metadata,
});
export type AnalyzeBody = z.infer<typeof analyzeBody>;

export const masterBody = z.strictObject({
  audio_path: audioPath,
  preset: z.string().max(64).optional().meta({ description: 'Default: streaming' }),
  target: audioTarget.optional().meta({ description: 'Instead of a preset' }),
  format: audioFormat.optional().meta({ description: 'Default: wav with 24 bits' }),
  dual_mono: z.boolean().optional(),
});
export type MasterBody = z.infer<typeof masterBody>;

export const mixBody = z.strictObject({
  stems: z.array(audioStem).min(1).max(32),
  unity: z.boolean().optional().meta({ description: 'The exact sum: no faders, no panning' }),
  lead: audioPath.optional().meta({ description: 'The track that the others are balanced to' }),
  bus: z
    .boolean()
    .optional()
    .meta({ description: 'A gentle compressor on the sum. Default: true' }),
  master: audioTarget.optional().meta({ description: 'Also masters the mix to this target' }),
});
export type MixBody = z.infer<typeof mixBody>;

export const compareBody = z.strictObject({ a: audioPath, b: audioPath });
export type CompareBody = z.infer<typeof compareBody>;

/** What a job was asked for, with every default in it. */
export const audioRequest = z.strictObject({
  kind: audioJobKind,
  inputs: z.array(audioStem).min(1).max(32),
  depth: audioDepth,
  preset: z.string().nullable(),
  target: wholeTarget.nullable(),
  format: audioFormat,
  dual_mono: z.boolean(),
  unity: z.boolean(),
  bus: z.boolean(),
  sample_rate: sampleRate,
  metadata,
});
export type AudioRequest = z.infer<typeof audioRequest>;

/** A job of shubniggurath. */
export const audioJob = z.strictObject({
  job_id: audioJobId,
  host: hostName,
  owner: z.string(),
  correlation_id: z.string(),
  request: audioRequest,
  status: audioJobStatus,
  phase: audioPhase.nullable(),
  percent: z.number().min(0).max(100),
  pass: z.int().nullable().meta({ description: 'Of the loop of mastering' }),
  cause: z.string().nullable(),
  detail: z.string().nullable().meta({ description: 'What failed, and what to do' }),
  created_at: instant,
  started_at: instant.nullable(),
  finished_at: instant.nullable(),
  artifacts: z.array(z.string()).max(200),
  batch_id: z.string().optional().meta({ description: 'The batch that it is part of' }),
});
export type AudioJob = z.infer<typeof audioJob>;

/** The answer to a request for a job. While policy keeps shubniggurath asleep there is none, and a hint. */
export const audioJobAnswer = z.strictObject({
  status: z.enum(['QUEUED', 'DONE', 'ERROR']),
  job: audioJob.nullable(),
  report: audioReport
    .nullable()
    .meta({ description: 'Of a job that ended while it was waited for' }),
  error: z.literal('off_by_policy').nullable(),
  hint: z.string().nullable(),
});
export type AudioJobAnswer = z.infer<typeof audioJobAnswer>;

export const audioJobList = z.strictObject({ jobs: z.array(audioJob) });
export type AudioJobList = z.infer<typeof audioJobList>;

export const audioFile = z.strictObject({
  name: z.string(),
  size_bytes: z.int(),
  sha256: sha256Hex.nullable().meta({ description: 'Null in a list' }),
  uploaded_at: instant,
});
export type AudioFile = z.infer<typeof audioFile>;

export const audioFileList = z.strictObject({ files: z.array(audioFile) });
export type AudioFileList = z.infer<typeof audioFileList>;

export const audioPresetList = z.strictObject({ presets: z.array(audioPreset) });
