import { defineSignal } from '@temporalio/workflow';
import type { AudioBatch } from '../../contracts/audio-batch.ts';
import type { AudioJob, AudioRequest } from '../../contracts/audio.ts';
import { audioBatchWorkflowId, audioWorkflowId } from '../../contracts/ids.ts';
import { workflowQueue } from '../../contracts/queues.ts';
import { temporalPriorityOf } from '../../domain/audio/batch.ts';
import { searchAttributes } from '../search-attributes.ts';

/** Input of `audioJob`. */
export interface RunAudioJob {
  job_id: string;
  host: string;
  /** Decides which phases there are. */
  kind: AudioRequest['kind'];
}

/** Ends a job; what runs dies within two seconds. @param by who cancels */
export const cancelAudio = defineSignal<[string]>('cancelAudio');

/** The start options of a job for any caller: a start joins a running one, and never restarts an ended one. */
export const audioStart = ({ job_id, host, owner, correlation_id, request, status }: AudioJob) => ({
  workflowId: audioWorkflowId(job_id),
  workflowIdConflictPolicy: 'USE_EXISTING' as const,
  workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
  taskQueue: workflowQueue,
  workflowTaskTimeout: '2s' as const,
  args: [{ job_id, host, kind: request.kind }] as [RunAudioJob],
  memo: { owner, correlation_id },
  staticSummary: `${request.kind} audio`,
  typedSearchAttributes: [
    { key: searchAttributes.owner, value: owner },
    { key: searchAttributes.host, value: host },
    { key: searchAttributes.state, value: status },
  ],
});

/** Input of `audioBatch`. */
export interface RunAudioBatch {
  batch_id: string;
  host: string;
  /** How many files it has. */
  total: number;
  /** Of Temporal, 1 to 5; 1 is the most urgent. */
  priority: number;
}

/** Ends a batch and the jobs of it that run. @param by who cancels */
export const cancelAudioBatch = defineSignal<[string]>('cancelAudioBatch');

/** The same for a batch. */
export const audioBatchStart = (batch: AudioBatch) => {
  const { batch_id, host, owner, correlation_id, total_files: total } = batch;
  const priority = temporalPriorityOf(batch);
  return {
    workflowId: audioBatchWorkflowId(batch_id),
    workflowIdConflictPolicy: 'USE_EXISTING' as const,
    workflowIdReusePolicy: 'REJECT_DUPLICATE' as const,
    taskQueue: workflowQueue,
    workflowTaskTimeout: '2s' as const,
    args: [{ batch_id, host, total, priority }] as [RunAudioBatch],
    priority: { priorityKey: priority },
    memo: { owner, correlation_id },
    staticSummary: `analyze ${total} files`,
    typedSearchAttributes: [
      { key: searchAttributes.owner, value: owner },
      { key: searchAttributes.host, value: host },
      { key: searchAttributes.state, value: batch.status },
    ],
  };
};
