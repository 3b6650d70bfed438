import { batchHasEnded } from '../../../domain/audio/batch.ts';
import { createStoredWorkRound } from '../../stored-work.ts';
import type { AudioDeps } from '../deps.ts';
import { endBatch } from './create-batch-activities.ts';

/** Starts batches that have no workflow, and ends those whose workflow is gone. */
export const createBatchRound = (deps: AudioDeps): (() => Promise<void>) =>
  createStoredWorkRound(deps, {
    store: deps.store.audioBatches,
    idOf: ({ batch_id }) => batch_id,
    atOnce: 4,
    runs: (id) => deps.runs().batchRun(id),
    start: (batch) => deps.runs().startBatch(batch),
    endLost: ({ batch_id }) => endBatch(deps, batch_id, 'failed'),
  });

/** Whether a job is part of a batch that runs still: its batch starts it, and learns of its end. */
export async function isOfLiveBatch(
  { store }: Pick<AudioDeps, 'store'>,
  job_id: string,
): Promise<boolean> {
  const batch_id = (await store.audio.find(job_id))?.batch_id;
  if (batch_id === undefined) return false;
  const batch = await store.audioBatches.find(batch_id);
  return batch !== null && !batchHasEnded(batch);
}
