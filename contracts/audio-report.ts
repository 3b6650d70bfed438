import { z } from 'zod';
import { sha256Hex } from './patch.ts';
import { jsonValue } from './text.ts';

/** A figure; null where there is nothing to measure. */
const figure = z.number().nullable();

/** Where an issue is heard: from and to, in seconds. */
// an array in JSON Schema and no tuple, which generators of clients cannot read
export const audioRange = z.array(z.number().min(0)).length(2) as unknown as z.ZodType<
  AudioRange,
  AudioRange
>;
export type AudioRange = [from: number, to: number];

/** What may be wrong with a signal; docs/audio.md says when each is reported. */
export const audioIssueKind = z.enum([
  'silent',
  'too_short',
  'not_finite',
  'clipping',
  'clipping_suspected',
  'over_full_scale',
  'true_peak_over',
  'dc_offset',
  'noise',
  'silence',
  'channel_silent',
  'balance',
  'phase',
  'dual_mono',
  'hum',
  'sibilance',
  'low_bits',
  'brickwall',
  'too_loud',
  'truncated',
  'trailing_data',
  'corrupt',
  'layout_guessed',
  'wrong_name',
  'other_rate',
  'loudness_war',
  'target_unreachable',
]);
export type AudioIssueKind = z.infer<typeof audioIssueKind>;

export const audioIssue = z.strictObject({
  kind: audioIssueKind,
  severity: z.enum(['info', 'warn', 'high']),
  ranges: z.array(audioRange).max(200),
  channels: z.array(z.int().min(1)).max(64),
  value: figure,
  threshold: figure,
  because: z.string().max(500),
  fix: z.string().max(500),
});
export type AudioIssue = z.infer<typeof audioIssue>;

/** What a file is, by its own header and by what was decoded. */
export const audioSource = z.strictObject({
  audio_path: z.string(),
  sha256: sha256Hex,
  size_bytes: z.int(),
  container: z.string(),
  codec: z.string(),
  rate: z.int(),
  bits: z.int().nullable(),
  channels: z.int(),
  layout: z.string(),
  layout_guessed: z.boolean(),
  seconds: z.number().meta({ description: 'Of the decoded samples' }),
});
export type AudioSource = z.infer<typeof audioSource>;

const level = z.array(figure).max(3600);

/** Loudness by EBU R 128, in LUFS and LU. Momentary and short-term loudness are looked at 100 times a second. */
export const audioLoudness = z.strictObject({
  integrated: figure,
  range: figure,
  momentary_max: figure,
  short_term_max: figure,
  reason: z.enum(['too_short', 'silent']).nullable(),
  measured_as: z.enum(['mono', 'dual_mono', 'channels']),
  curves: z
    .strictObject({
      step_seconds: z.number().meta({ description: '1, and more for files over an hour' }),
      momentary: level.meta({ description: 'The loudest 400 ms of each step' }),
      short_term: level.meta({ description: 'The 3 s before the end of each step' }),
    })
    .meta({ description: 'Null where it is silent' }),
});
export type AudioLoudness = z.infer<typeof audioLoudness>;

/** In dB of full scale; null: digital silence. */
export const audioPeaks = z.strictObject({
  sample: figure,
  true: figure,
  channels: z.array(figure).max(64).meta({ description: 'True peak of each channel' }),
});
export type AudioPeaks = z.infer<typeof audioPeaks>;

export const audioDynamics = z.strictObject({
  rms: figure,
  crest: figure,
  peak_to_short_term: figure,
  frames: figure.meta({ description: 'p95 over p10 of the level of 100 ms frames, in dB' }),
  noise_floor: figure,
});

export const audioSpectrum = z.strictObject({
  centroid_hz: figure,
  rolloff_hz: figure,
  flatness: figure,
  flux: figure.meta({ description: 'How much of it is new from one window to the next' }),
  top_hz: figure.meta({ description: 'Above it there is nothing' }),
  zero_crossings: figure
    .optional()
    .meta({ description: 'How often its sign changes, in Hz; reports of older versions lack it' }),
  bands: z.strictObject({
    low: figure,
    low_mid: figure,
    mid: figure,
    high_mid: figure,
    high: figure,
  }),
});
export type AudioSpectrum = z.infer<typeof audioSpectrum>;

export const audioStereo = z.strictObject({
  correlation: figure,
  correlation_min: figure.meta({ description: 'Over 3 s' }),
  width: figure,
  balance: figure.meta({ description: 'Left over right, in dB' }),
  mono_loss: figure,
  bass_correlation: figure.meta({ description: 'Below 120 Hz' }),
});
export type AudioStereo = z.infer<typeof audioStereo>;

export const audioTempo = z.strictObject({
  bpm: z.number(),
  confidence: z.number(),
  alternatives: z
    .array(z.strictObject({ bpm: z.number(), weight: z.number() }))
    .max(4)
    .meta({ description: 'Half and double, with how much speaks for each, from 0 to 1' }),
});
export type AudioTempo = z.infer<typeof audioTempo>;

export const audioKey = z.strictObject({
  name: z.string(),
  scale: z.enum(['major', 'minor']),
  confidence: z.number(),
  second: z.string(),
  tuning_cents: z.number().meta({ description: 'How far its notes are from A = 440 Hz' }),
});
export type AudioKey = z.infer<typeof audioKey>;

/** One part of a chain: what it does, and why. */
export const audioChainLink = z.strictObject({
  effect: z.string(),
  settings: z.record(z.string(), z.union([z.number(), z.string()])),
  because: z.string(),
});
export type AudioChainLink = z.infer<typeof audioChainLink>;

/** What mastering did, proved on the written file. */
export const audioMastered = z.strictObject({
  target_lufs: z.number(),
  ceiling_dbtp: z.number(),
  integrated: figure,
  true_peak: figure,
  range: figure,
  gain_db: z.number(),
  limited: z.boolean(),
  reduction_db: z.number(),
  trim_db: z.number(),
  passes: z.int(),
  reached: z.boolean(),
  sha256: sha256Hex,
  format: z
    .strictObject({ container: z.string(), bits: z.int(), rate: z.int(), channels: z.int() })
    .optional()
    .meta({ description: 'Of the written file; reports of older versions lack it' }),
  preset: z
    .strictObject({ name: z.string(), version: z.int(), sha256: sha256Hex })
    .nullable()
    .meta({ description: 'Null where a target was given' }),
});
export type AudioMastered = z.infer<typeof audioMastered>;

const mostMetadata = 8192;
/** Words of the caller about a file: kept as they are, and never interpreted. At most 8 KiB as JSON. */
export const audioMetadata = z
  .record(z.string().max(100), jsonValue)
  .refine((one) => JSON.stringify(one).length <= mostMetadata, 'must be at most 8 KiB as JSON');
export type AudioMetadata = z.infer<typeof audioMetadata>;

/** Everything that a job measured and decided. */
export const audioReport = z.strictObject({
  source: audioSource,
  loudness: audioLoudness,
  peaks: audioPeaks,
  dynamics: audioDynamics,
  spectrum: audioSpectrum,
  stereo: audioStereo.nullable(),
  dc: z.array(z.number()).max(64),
  tempo: audioTempo.nullable(),
  key: audioKey.nullable(),
  issues: z.array(audioIssue).max(200),
  recommendations: z.array(z.string()).max(50),
  chain: z.array(audioChainLink).max(20),
  not_in_project: z
    .array(z.string())
    .max(20)
    .optional()
    .meta({ description: 'Effects of the chain that the REAPER project lacks' }),
  master: audioMastered.nullable(),
  tools: z.record(z.string(), z.string()),
  metadata: audioMetadata.optional().meta({ description: 'As the request had it' }),
  degraded: z.boolean().meta({ description: 'Whether the budget of its depth was too short' }),
  unfinished: z
    .array(z.enum(['meter', 'notes', 'tempo', 'pictures']))
    .max(4)
    .meta({ description: 'What is therefore missing' }),
});
export type AudioReport = z.infer<typeof audioReport>;
