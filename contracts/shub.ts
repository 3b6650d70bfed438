import { z } from 'zod';
import { audioBatchId } from './audio-batch.ts';
import { audioChainLink, audioIssue } from './audio-report.ts';
import { analyzeBody, audioJobId, audioJobKind, audioPath, audioPhase } from './audio.ts';
import { healthState } from './service.ts';
import { instant } from './text.ts';

/** The older API of audio: the fields of its callers, over the jobs of today. */

const depth = z.enum(['quick', 'full', 'deep']);
const figure = z.number().nullable();

export const shubAnalyzeBody = z.strictObject({
  audio_path: audioPath,
  sample_rate: analyzeBody.shape.sample_rate,
  analysis_depth: depth.optional().meta({ description: 'Default: full' }),
  metadata: analyzeBody.shape.metadata,
});
export type ShubAnalyzeBody = z.infer<typeof shubAnalyzeBody>;

export const shubMasteringBody = shubAnalyzeBody
  .omit({ analysis_depth: true })
  .extend({ preset: z.string().max(64).optional().meta({ description: 'Default: streaming' }) });
export type ShubMasteringBody = z.infer<typeof shubMasteringBody>;

/** What was measured, under its older names. Decibels of full scale, LUFS, Hz and seconds. */
export const shubAnalysis = z.strictObject({
  duration: z.number(),
  sample_rate: z.int(),
  channels: z.int(),
  peak: figure,
  rms: figure,
  lufs: figure,
  true_peak: figure,
  spectral_centroid: figure,
  spectral_rolloff: figure,
  spectral_flatness: figure,
  spectral_flux: figure,
  zero_crossing_rate: figure.meta({ description: 'In Hz' }),
  dynamic_range: figure,
  crest_factor: figure,
  clipping: z.boolean(),
  dc_offset: figure,
  noise_floor: figure,
  bpm: figure,
  key: z.string().nullable(),
});
export type ShubAnalysis = z.infer<typeof shubAnalysis>;

/** `success` is false while the job runs still, when it failed, and while policy keeps shubniggurath asleep. */
export const shubAnalyzeAnswer = z.strictObject({
  success: z.boolean(),
  audio_analysis: shubAnalysis.nullable(),
  fx_chain: z.array(audioChainLink).max(20),
  reaper_preset: z
    .string()
    .nullable()
    .meta({ description: 'The address of the REAPER project that the job left' }),
  issues: z.array(audioIssue).max(200),
  recommendations: z.array(z.string()).max(50),
  timestamp: instant,
  processing_ms: z.number(),
  job_id: audioJobId.nullable(),
  error: z.string().nullable(),
  hint: z.string().nullable(),
});
export type ShubAnalyzeAnswer = z.infer<typeof shubAnalyzeAnswer>;

export const shubBatchBody = z.strictObject({
  job_name: z.string().min(1).max(200),
  audio_files: z.array(audioPath).min(1).max(200),
  analysis_type: depth.optional().meta({ description: 'Default: full' }),
  priority: z.int().min(1).max(10).optional().meta({ description: 'Default: 5' }),
});

export const shubBatchAnswer = z.strictObject({
  job_id: audioBatchId.nullable(),
  job_name: z.string(),
  status: z.enum(['queued', 'processing', 'completed', 'failed', 'cancelled', 'off_by_policy']),
  total_files: z.int(),
  processed_files: z.int(),
  failed_files: z.int(),
  created_at: instant.nullable(),
  completed_at: instant.nullable(),
  hint: z.string().nullable(),
});
export type ShubBatchAnswer = z.infer<typeof shubBatchAnswer>;

export const shubHealthAnswer = z.strictObject({
  module: z.literal('shubniggurath'),
  status: healthState,
  error: z.literal('engine_missing').nullable(),
  hint: z.string().nullable(),
});

export const shubReadyAnswer = z.strictObject({ ready: z.boolean(), hint: z.string().nullable() });

export const shubPipelinesAnswer = z.strictObject({
  pipelines: z.array(z.strictObject({ name: audioJobKind, phases: z.array(audioPhase) })),
});
