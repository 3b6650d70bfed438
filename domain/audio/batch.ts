import type {
  AudioBatch,
  AudioBatchStatus,
  BatchBody,
  BatchFile,
} from '../../contracts/audio-batch.ts';
import type { NewEvent } from '../../contracts/event.ts';
import type { AudioEnd } from './job.ts';

const iso = (at: number): string => new Date(at).toISOString();

/** A batch before its workflow starts. @param at in epoch ms */
export const queuedBatch = (
  { audio_files, job_name, analysis_type = 'full', priority = 5 }: BatchBody,
  about: Pick<AudioBatch, 'batch_id' | 'host' | 'owner' | 'correlation_id'>,
  at: number,
): AudioBatch => ({
  ...about,
  job_name,
  analysis_type,
  priority,
  status: 'queued',
  total_files: audio_files.length,
  processed_files: 0,
  failed_files: 0,
  files: audio_files.map((audio_path) => ({
    audio_path,
    job_id: null,
    status: 'queued',
    cause: null,
    detail: null,
  })),
  created_at: iso(at),
  finished_at: null,
});

export const batchHasEnded = ({ finished_at }: Pick<AudioBatch, 'finished_at'>): boolean =>
  finished_at !== null;

/** The id of the job of one file: the same for every attempt. */
export const jobIdOfBatch = (batchId: string, nth: number): string =>
  `audio-${batchId.slice('batch-'.length)}${nth.toString(16).padStart(2, '0')}`;

/** Temporal has five priorities, of which 1 is the most urgent, and gives 3 to work without one. */
export const temporalPriorityOf = ({ priority }: Pick<AudioBatch, 'priority'>): number =>
  Math.ceil(priority / 2);

const withFile = (batch: AudioBatch, nth: number, change: Partial<BatchFile>): AudioBatch => {
  const files = batch.files.map((file, at) => (at === nth ? { ...file, ...change } : file));
  const ended = files.filter(({ status }) => status !== 'queued' && status !== 'running');
  return {
    ...batch,
    status: 'running',
    files,
    processed_files: ended.length,
    failed_files: files.filter(({ status }) => status === 'failed').length,
  };
};

/** The batch while the job of one of its files runs. */
export const fileBegun = (batch: AudioBatch, nth: number): AudioBatch =>
  withFile(batch, nth, { status: 'running', job_id: jobIdOfBatch(batch.batch_id, nth) });

/** The batch after the end of one of its files. */
export const fileEnded = (batch: AudioBatch, nth: number, end: AudioEnd): AudioBatch =>
  withFile(
    batch,
    nth,
    end.ok
      ? { status: 'completed' }
      : {
          status: end.cancelled ? 'cancelled' : 'failed',
          cause: end.cause,
          detail: end.detail,
        },
  );

/** The ended batch; files that were not begun end with it. @param at in epoch ms */
export function endedBatch(
  batch: AudioBatch,
  status: Extract<AudioBatchStatus, 'completed' | 'failed' | 'cancelled'>,
  at: number,
): AudioBatch {
  const left = batch.files.reduce(
    (now, file, nth) =>
      file.status === 'queued' || file.status === 'running'
        ? withFile(now, nth, {
            status: status === 'failed' ? 'failed' : 'cancelled',
            cause: status,
          })
        : now,
    batch,
  );
  return { ...left, status, finished_at: iso(at) };
}

/** The event of an ended batch. @param at in epoch ms */
export const batchEvent = (batch: AudioBatch, principal: string | null, at: number): NewEvent => {
  const { batch_id, host, owner, correlation_id, job_name, status } = batch;
  const { total_files, failed_files } = batch;
  return {
    type: 'audio.batch_finished',
    at,
    actor: owner,
    actor_id: principal,
    host,
    service: 'shubniggurath',
    correlation_id,
    payload: { batch_id, job_name, status, total_files, failed_files },
  };
};
