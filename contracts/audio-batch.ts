import { z } from 'zod';
import { analyzeBody, audioJobId, audioPath, audioRequest } from './audio.ts';
import { hostName, instant } from './text.ts';

export const audioBatchId = z
  .string()
  .max(64)
  .regex(/^batch-[\da-f]{8,}$/, 'must be the id of a batch');

const jobName = z.string().min(1).max(200);
/** How urgent a batch is: its jobs get a priority of Temporal's, 1 to 5, from it. */
const priority = z.int().min(1).max(10);

export const batchBody = z.strictObject({
  job_name: jobName,
  audio_files: z.array(audioPath).min(1).max(200),
  analysis_type: analyzeBody.shape.depth,
  priority: priority.optional().meta({ description: '1 is the most urgent; default: 5' }),
});
export type BatchBody = z.infer<typeof batchBody>;

export const audioBatchStatus = z.enum(['queued', 'running', 'completed', 'failed', 'cancelled']);
export type AudioBatchStatus = z.infer<typeof audioBatchStatus>;

/** One file of a batch. */
export const batchFile = z.strictObject({
  audio_path: z.string(),
  job_id: audioJobId.nullable().meta({ description: 'Null until its turn comes' }),
  status: z.enum(['queued', 'running', 'completed', 'failed', 'cancelled']),
  cause: z.string().nullable(),
  detail: z.string().nullable().meta({ description: 'What failed, and what to do' }),
});
export type BatchFile = z.infer<typeof batchFile>;

/** Many files that are analysed one job each; a bad one fails alone. */
export const audioBatch = z.strictObject({
  batch_id: audioBatchId,
  host: hostName,
  owner: z.string(),
  correlation_id: z.string(),
  job_name: jobName,
  analysis_type: audioRequest.shape.depth,
  priority,
  status: audioBatchStatus,
  total_files: z.int(),
  processed_files: z.int().meta({ description: 'Those that ended, well or not' }),
  failed_files: z.int(),
  files: z.array(batchFile).max(200),
  created_at: instant,
  finished_at: instant.nullable(),
});
export type AudioBatch = z.infer<typeof audioBatch>;

export const audioBatchList = z.strictObject({ batches: z.array(audioBatch) });

/** The answer to a request for a batch. While policy keeps shubniggurath asleep there is none, and a hint. */
export const audioBatchAnswer = z.strictObject({
  status: z.enum(['QUEUED', 'ERROR']),
  batch: audioBatch.nullable(),
  error: z.literal('off_by_policy').nullable(),
  hint: z.string().nullable(),
});
export type AudioBatchAnswer = z.infer<typeof audioBatchAnswer>;
